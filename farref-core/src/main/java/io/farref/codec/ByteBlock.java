package io.farref.codec;

import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Many bytes at once: {@code size << 1 | beside}, then the bytes; or, if they travel beside the
 * message, the index of the out-of-band buffer.
 */
final class ByteBlock {
  /** From this size on, bytes travel beside the message, in an out-of-band buffer. */
  static final int BESIDE = 1024;

  private ByteBlock() {}

  /** Writes an array, without a copy if it travels beside the message. */
  static void write(Encoder out, byte[] bytes) {
    write(out, MemorySegment.ofArray(bytes), Memory.BYTES);
  }

  /**
   * Writes memory, without a copy if it travels beside the message.
   *
   * @param there the kind of memory in which the receiver keeps it
   */
  static void write(Encoder out, MemorySegment bytes, Memory there) {
    long size = bytes.byteSize();
    if (!bytes.scope().isAlive() || !bytes.isAccessibleBy(Thread.currentThread())) {
      throw Errors.encoding(
          "memory of " + size + " bytes whose arena is closed, or belongs to another thread");
    }
    if (size < BESIDE) {
      out.out.writeVarLong(size << 1);
      int at = out.out.skip((int) size);
      MemorySegment.copy(bytes, 0, MemorySegment.ofArray(out.out.array()), at, size);
    } else {
      out.out.writeVarLong((size << 1) | 1);
      out.out.writeVarInt(out.message.attachment(bytes, there));
    }
  }

  /** Reads bytes as an array. */
  static byte[] readArray(Decoder in) {
    return (byte[]) array(read(in, Memory.BYTES));
  }

  /** The array behind memory of this kind. */
  static Object array(MemorySegment whole) {
    return whole.heapBase().orElseThrow();
  }

  /** An out-of-band buffer as a byte buffer. */
  static ByteBuffer asBuffer(MemorySegment attachment) {
    return Memory.isBufferable(attachment)
        ? attachment.asByteBuffer()
        : ByteBuffer.wrap(attachment.toArray(ValueLayout.JAVA_BYTE));
  }

  /** Reads bytes into memory of this kind, unless they are in such memory already. */
  static MemorySegment read(Decoder in, Memory there) {
    long header = in.in.readVarLong();
    long size = header >>> 1;
    if ((header & 1) == 0) {
      int length = in.checkSize(size, in.in.remaining());
      MemorySegment target = there.allocate(size);
      MemorySegment.copy(MemorySegment.ofArray(in.in.array()), in.in.position(), target, 0, size);
      in.in.skip(length);
      return target;
    }
    MemorySegment attachment = in.message.attachment(in.in.readVarInt());
    if (attachment.byteSize() != size) {
      throw new MalformedException(
          "wanted " + size + " bytes beside the message, got " + attachment.byteSize());
    }
    return there.isOf(attachment) ? attachment : there.allocate(size).copyFrom(attachment);
  }
}
