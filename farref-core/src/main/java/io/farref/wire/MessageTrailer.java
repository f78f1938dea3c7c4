package io.farref.wire;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * The references and out-of-band buffers of a message. They are listed after the body, since they
 * are known only when it has been written; the last four bytes of the payload say how long the list
 * is.
 *
 * <pre>
 *   references     a count, then for each: owner, creator, number, transfer, token (8 bytes, LE)
 *   lane           1 byte: on which large parts came (see {@link StreamHeader}), 0 if buffers follow
 *   buffers        unless they came on a stream: a count, then for each: its size in bytes
 *   size           4 bytes, LE: of all this together
 * </pre>
 *
 * @param references in the order of the body's indexes
 * @param lane the stream on which buffers or the body came, or 0
 * @param attachments the sizes of the out-of-band buffers that follow the message, in the order of
 *     the body's indexes
 */
public record MessageTrailer(List<Reference> references, int lane, List<Long> attachments) {
  /** No reference, no buffer. */
  public static final MessageTrailer NONE = new MessageTrailer(List.of(), 0, List.of());

  private static final int SIZE = 4;
  private static final int SMALLEST_REFERENCE = 4 + Long.BYTES;

  /**
   * A reference that a message carries.
   *
   * @param owner the worker that owns the value
   * @param creator the worker that created it
   * @param number the value's number among those that the creator created on the owner
   * @param transfer the sender's number of the transfer
   * @param token proves to the owner that the holder was given the reference
   */
  public record Reference(int owner, int creator, long number, long transfer, long token) {}

  /** Writes the tables behind a body. */
  public void write(Output out) {
    int start = out.size();
    out.writeVarInt(references.size());
    for (Reference each : references) {
      out.writeVarInt(each.owner);
      out.writeVarInt(each.creator);
      out.writeVarLong(each.number);
      out.writeVarLong(each.transfer);
      out.writeLong(each.token);
    }
    out.writeByte(lane);
    if (lane == 0) {
      out.writeVarInt(attachments.size());
      for (long size : attachments) {
        out.writeVarLong(size);
      }
    }
    out.writeInt(out.size() - start);
  }

  /**
   * Reads the tables at the end of a payload.
   *
   * @param payload from the body on; is not moved
   * @return the tables
   */
  public static MessageTrailer read(Input payload, Limits limits) {
    int size = trailer(payload);
    Input in =
        new Input(payload.array(), payload.position() + payload.remaining() - SIZE - size, size);
    int count = in.readCount(SMALLEST_REFERENCE);
    Limits.check("maxReferences", count, limits.maxReferences());
    List<Reference> references = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      references.add(
          new Reference(
              in.readVarInt(), in.readVarInt(), in.readVarLong(), in.readVarLong(), in.readLong()));
    }
    int lane = in.readByte();
    List<Long> attachments = lane == 0 ? readSizes(in, limits) : List.of();
    return new MessageTrailer(references, lane, attachments);
  }

  private static List<Long> readSizes(Input in, Limits limits) {
    int count = in.readCount(1);
    Limits.check("maxAttachments", count, limits.maxAttachments());
    List<Long> attachments = new ArrayList<>(count);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long bytes = in.readVarLong();
      Limits.check("maxAttachmentBytes", bytes, limits.maxAttachmentBytes());
      sum += bytes;
      Limits.check("maxAttachmentBytes", sum, limits.maxAttachmentBytes());
      attachments.add(bytes);
    }
    return attachments;
  }

  /** The body alone, of a payload from the body on that ends with tables. */
  public static Input body(Input payload) {
    int size = trailer(payload);
    return new Input(payload.array(), payload.position(), payload.remaining() - SIZE - size);
  }

  private static int trailer(Input payload) {
    int left = payload.remaining();
    if (left < SIZE) {
      throw new MalformedException("a message too short for its tables");
    }
    int size = new Input(payload.array(), payload.position() + left - SIZE, SIZE).readInt();
    if (size < 0 || size > left - SIZE) {
      throw new MalformedException("tables of " + size + " bytes in a message of " + left);
    }
    return size;
  }
}
