package io.farref.wire;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;

/**
 * Flow control: how much the caller at one end of a connection may have unanswered at the other.
 * Both ends count in the same way: {@link #weight} is the size of a message, {@link #charge} the
 * part of the window that it takes.
 *
 * @param calls how many calls
 * @param bytes how many bytes in all these calls
 */
public record Window(int calls, long bytes) {
  /**
   * The window that a caller may use before it knows the real one. No real one is smaller, so a
   * caller that keeps to this one and then to the real one is never refused.
   */
  public static final Window FIRST = new Window(8, 64 << 10);

  private static final int MOST_CALLS = 1 << 22;
  private static final long MOST_BYTES = 1L << 38;

  /** The cost of a call besides its bytes: it takes an object or two, if not a thread. */
  private static final int CALL = 64;

  private static final int REFERENCE = 16;

  /** Checks that it lies between {@link #FIRST} and the largest that can be counted. */
  public Window {
    if (calls < 8 || calls > MOST_CALLS || bytes < 64 << 10 || bytes > MOST_BYTES) {
      throw new MalformedException("a window of " + calls + " calls and " + bytes + " bytes");
    }
  }

  /** The window of a worker with these limits. */
  public static Window of(Limits limits) {
    return new Window(
        Math.clamp(limits.maxPendingCalls(), FIRST.calls, MOST_CALLS),
        Math.clamp(limits.maxPendingBytes(), FIRST.bytes, MOST_BYTES));
  }

  /**
   * How many bytes a message counts.
   *
   * @param body its body
   * @param references how many references travel with it
   * @param attachments the bytes of its out-of-band buffers
   */
  public static long weight(int body, int references, long attachments) {
    return CALL + body + (long) REFERENCE * references + attachments;
  }

  /**
   * How many bytes of this window a message of that weight takes. The largest messages leave a
   * quarter: the calls that the other side makes because of them must get through while they are
   * unanswered.
   */
  public long charge(long weight) {
    return Math.min(weight, bytes - bytes / 4);
  }

  /** Writes it. */
  public void write(Output out) {
    out.writeVarInt(calls);
    out.writeVarLong(bytes);
  }

  /** Reads it. */
  public static Window read(Input in) {
    return new Window(in.readVarInt(), in.readVarLong());
  }
}
