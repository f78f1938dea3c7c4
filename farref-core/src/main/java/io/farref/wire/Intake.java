package io.farref.wire;

import io.farref.Limits;
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
