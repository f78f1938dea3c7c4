package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;

/**
 * The head of a CALL, before its body.
 *
 * <pre>
 *   flags        1 byte
 *   call id      absent with CREATE: a creation has no reply
 *   [DEADLINE]   nanoseconds that the caller will still wait
 *   [TARGET]     creator, number: the value that the function takes; the receiver owns it
 *   [CREATE]     number, holding, token (8 bytes, LE): the value that the result becomes; its creator
 *                is the sender
 *   body         the function as the codec writes it; absent with FETCH
 *   [TABLES]     see {@link MessageTrailer}
 * </pre>
 *
 * @param flags a set of this class's constants
 * @param callId chosen by the caller, dense from 1 on each connection; 0 with CREATE
 * @param deadlineNanos how long the caller will still wait; 0 is for ever
 * @param targetCreator with TARGET: the worker that created the target
 * @param targetNumber with TARGET: the target's number among those it created on the receiver
 * @param resultNumber with CREATE: the new value's number among those that the sender created on
 *     the receiver
 * @param holding with CREATE: the number of the sender's holding of the new value
 * @param token with CREATE: the token that every reference to the new value carries
 */
public record CallHead(
    int flags,
    long callId,
    long deadlineNanos,
    int targetCreator,
    long targetNumber,
    long resultNumber,
    long holding,
    long token) {
  /** The function takes a value that the receiver owns. */
  public static final int TARGET = 1;

  /** The result stays at the receiver, under an identity that the caller chose. */
  public static final int CREATE = 1 << 1;

  /** The function returns a stage whose value is the result. */
  public static final int COMPOSE = 1 << 2;

  /** The function returns nothing. */
  public static final int VOID = 1 << 3;

  /** There is no function: the target itself is the result. */
  public static final int FETCH = 1 << 4;

  /** The library's own call, which a graceful close does not wait for. */
  public static final int SYSTEM = 1 << 5;

  /** A deadline follows, in nanoseconds from now. */
  public static final int DEADLINE = 1 << 6;

  /** References or out-of-band buffers travel with the message. */
  public static final int TABLES = 1 << 7;

  /** Whether a flag is set. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Writes it; the body follows. */
  public void write(Output out) {
    out.writeByte(flags);
    if (!has(CREATE)) {
      out.writeVarLong(callId);
    }
    if (has(DEADLINE)) {
      out.writeVarLong(deadlineNanos);
    }
    if (has(TARGET)) {
      out.writeVarInt(targetCreator);
      out.writeVarLong(targetNumber);
    }
    if (has(CREATE)) {
      out.writeVarLong(resultNumber);
      out.writeVarLong(holding);
      out.writeLong(token);
    }
  }

  /** Reads it; the body follows. */
  public static CallHead read(Input in) {
    int flags = in.readUnsignedByte();
    if ((flags & FETCH) != 0 && (flags & (TARGET | CREATE)) != TARGET) {
      throw new MalformedException("a call with flags " + Integer.toBinaryString(flags));
    }
    return new CallHead(
        flags,
        (flags & CREATE) == 0 ? in.readVarLong() : 0,
        (flags & DEADLINE) != 0 ? in.readVarLong() : 0,
        (flags & TARGET) != 0 ? in.readVarInt() : 0,
        (flags & TARGET) != 0 ? in.readVarLong() : 0,
        (flags & CREATE) != 0 ? in.readVarLong() : 0,
        (flags & CREATE) != 0 ? in.readVarLong() : 0,
        (flags & CREATE) != 0 ? in.readLong() : 0);
  }
}
