package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * The head of a REPLY, before its body.
 *
 * <pre>
 *   flags     1 byte
 *   call id
 *   body      a value, or with THROWN or REFUSED a throwable, as the codec writes it
 *   [TABLES]  see {@link MessageTrailer}
 * </pre>
 *
 * @param flags a set of this class's constants
 * @param callId the id that the caller chose
 */
public record ReplyHead(int flags, long callId) {
  /** The function ended with the throwable in the body. */
  public static final int THROWN = 1;

  /** The function did not run to its end for a reason of the library; the body says why. */
  public static final int REFUSED = 1 << 1;

  /** The body has functions in it. */
  public static final int FUNCTIONS = 1 << 2;

  /** References or out-of-band buffers travel with the message. */
  public static final int TABLES = CallHead.TABLES;

  /** Whether a flag is set. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Writes it; the body follows. */
  public void write(Output out) {
    out.writeByte(flags);
    out.writeVarLong(callId);
  }

  /** Reads it; the body follows. */
  public static ReplyHead read(Input in) {
    return new ReplyHead(in.readUnsignedByte(), in.readVarLong());
  }
}
