package io.farref.wire;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * Announces the large parts of a message, which travel in pieces on one of a few streams, ahead of
 * the message, so that small messages can go between two pieces. The parts follow each other: all
 * bytes of the first out-of-band buffer, then all of the second, the body last; no DATA frame has
 * bytes of two parts.
 *
 * <pre>
 *   stream          1 byte, 1 to {@link #STREAMS}
 *   body          its size in bytes; 0 if it is in the message, as usual
 *   attachments   a count, then for each: its {@link Memory} in one byte, its size in bytes
 * </pre>
 *
 * @param stream the number of a stream that is not in use; it can be used again after the message
 *     or a RESET
 * @param body how many bytes, if it travels on this stream
 * @param attachments the buffers, in the order of the message's indexes and of the data
 */
public record StreamHeader(int stream, int body, List<Attachment> attachments) {
  /** How many streams a connection has in each direction. */
  public static final int STREAMS = 16;

  /**
   * One out-of-band buffer.
   *
   * @param memory the kind of memory in which the receiver keeps it
   * @param size in bytes
   */
  public record Attachment(Memory memory, long size) {}

  /** Writes the payload of an OPEN. */
  public void write(Output out) {
    out.writeByte(stream);
    out.writeVarInt(body);
    out.writeVarInt(attachments.size());
    for (Attachment each : attachments) {
      out.writeByte(each.memory.ordinal());
      out.writeVarLong(each.size);
    }
  }

  /** Reads the payload of an OPEN. */
  public static StreamHeader read(Input in, Limits limits) {
    int stream = stream(in);
    int body = in.readVarInt();
    Limits.check("maxMessageBytes", Integer.toUnsignedLong(body), limits.maxMessageBytes());
    int count = in.readCount(2);
    Limits.check("maxAttachments", count, limits.maxAttachments());
    List<Attachment> attachments = new ArrayList<>(count);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      Attachment each = new Attachment(Memory.of(in.readByte()), in.readVarLong());
      Limits.check("maxAttachmentBytes", each.size, limits.maxAttachmentBytes());
      sum += each.size;
      Limits.check("maxAttachmentBytes", sum, limits.maxAttachmentBytes());
      each.memory.check(each.size);
      attachments.add(each);
    }
    return new StreamHeader(stream, body, attachments);
  }

  /** Reads the number of a stream. */
  public static int stream(Input in) {
    int stream = in.readByte();
    if (stream < 1 || stream > STREAMS) {
      throw new MalformedException("stream " + stream + " of " + STREAMS);
    }
    return stream;
  }
}
