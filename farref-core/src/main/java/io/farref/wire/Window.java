package io.farref.wire;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;

/**
 * How much the caller at one end of a connection may have unanswered at the other. Both ends count
 * alike: {@link #weight} says how much a message is, {@link #charge} how much of the window it
 * takes.
 *
 * @param calls how many calls
 * @param bytes how many bytes in all of them
 */
public record Window(int calls, long bytes) {
  /**
   * What a caller may use before it has heard of the real one. No real one is smaller, so a caller
   * that keeps to this and then to that is never refused.
   */
  public static final Window FIRST = new Window(8, 64 << 10);

  private static final int MOST_CALLS = 1 << 22;
  private static final long MOST_BYTES = 1L << 38;

  /** What a call costs besides its bytes: it is an object or two, if not a thread. */
  private static final int CALL = 64;

  private static final int REFERENCE = 16;

  /** Checks that it lies between the first and what can be counted. */
  public Window {
    if (calls < 8 || calls > MOST_CALLS || bytes < 64 << 10 || bytes > MOST_BYTES) {
      throw new MalformedException("a window of " + calls + " calls and " + bytes + " bytes");
    }
  }

  /** That of a worker with these limits. */
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
   * @param attachments the bytes of its attachments
   */
  public static long weight(int body, int references, long attachments) {
    return CALL + body + (long) REFERENCE * references + attachments;
  }

  /**
   * How many bytes of this window a message of that weight takes. The largest leave a quarter: what
   * they make the other side call back for must get through while they are unanswered.
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
