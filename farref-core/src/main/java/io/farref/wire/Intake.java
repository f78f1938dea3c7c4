package io.farref.wire;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * How large a message a worker takes. It says so when a connection is opened, so that others refuse
 * a call or a result which it would not take, rather than lose it.
 *
 * @param messageBytes how large a message may be
 * @param attachmentBytes how many bytes may travel beside it
 * @param attachments in how many buffers
 * @param references and how many references
 */
public record Intake(int messageBytes, long attachmentBytes, int attachments, int references) {
  /** While it is not known. */
  public static final Intake UNKNOWN =
      new Intake(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** That of a worker with these limits. */
  public static Intake of(Limits limits) {
    return new Intake(
        limits.maxMessageBytes(),
        limits.maxAttachmentBytes(),
        limits.maxAttachments(),
        limits.maxReferences());
  }

  /**
   * Checks the frame of a message.
   *
   * @throws RefusedException if the worker does not take it
   */
  public void checkMessage(long bytes, String worker) {
    check("maxMessageBytes", bytes, messageBytes, worker);
  }

  /**
   * Checks what travels beside a message.
   *
   * @throws RefusedException if the worker does not take it
   */
  public void checkBeside(int referenceCount, int attachmentCount, long bytes, String worker) {
    check("maxReferences", referenceCount, references, worker);
    check("maxAttachments", attachmentCount, attachments, worker);
    check("maxAttachmentBytes", bytes, attachmentBytes, worker);
  }

  private static void check(String limit, long size, long max, String worker) {
    if (size > max) {
      throw new RefusedException(
          "limit " + limit + " is " + max + " on worker " + worker + ", but got " + size,
          Execution.NOT_EXECUTED);
    }
  }

  void write(Output out) {
    out.writeVarInt(messageBytes);
    out.writeVarLong(attachmentBytes);
    out.writeVarInt(attachments);
    out.writeVarInt(references);
  }

  static Intake read(Input in) {
    return new Intake(in.readVarInt(), in.readVarLong(), in.readVarInt(), in.readVarInt());
  }
}
