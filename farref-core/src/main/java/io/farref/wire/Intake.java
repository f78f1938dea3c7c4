package io.farref.wire;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * The sizes of message that a worker accepts. It says so when a connection is opened, so that the
 * other side refuses a call or a result that would not be accepted, rather than lose the
 * connection.
 *
 * @param messageBytes the most bytes of a message
 * @param attachmentBytes the most bytes of its out-of-band buffers
 * @param attachments the most such buffers
 * @param references the most references
 */
public record Intake(int messageBytes, long attachmentBytes, int attachments, int references) {
  /** While those of the other side are not known. */
  public static final Intake UNKNOWN =
      new Intake(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** Those of a worker with these limits. */
  public static Intake of(Limits limits) {
    return new Intake(
        limits.maxMessageBytes(),
        limits.maxAttachmentBytes(),
        limits.maxAttachments(),
        limits.maxReferences());
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
