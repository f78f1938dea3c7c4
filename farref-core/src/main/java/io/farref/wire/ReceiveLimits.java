package io.farref.wire;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * The largest messages that a worker accepts. It announces them when a connection is opened, so
 * that the other side refuses a call or a result that would not be accepted, rather than lose the
 * connection.
 *
 * @param messageBytes the most bytes of a message
 * @param attachmentBytes the most bytes of its out-of-band buffers
 * @param attachments the most such buffers
 * @param references the most references
 */
public record ReceiveLimits(
    int messageBytes, long attachmentBytes, int attachments, int references) {
  /** The limits while those of the other side are not known. */
  public static final ReceiveLimits UNKNOWN =
      new ReceiveLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** The receive limits of a worker with these limits. */
  public static ReceiveLimits of(Limits limits) {
    return new ReceiveLimits(
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

  static ReceiveLimits read(Input in) {
    return new ReceiveLimits(in.readVarInt(), in.readVarLong(), in.readVarInt(), in.readVarInt());
  }
}
