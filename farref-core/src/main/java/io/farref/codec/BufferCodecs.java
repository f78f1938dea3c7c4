package io.farref.codec;

import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Byte buffers and memory segments: one byte of flags, then {@link ByteBlock}. A buffer sends its
 * remaining bytes. Memory outside the heap arrives outside the heap.
 */
final class BufferCodecs {
  private static final int OFF_HEAP = 1;
  private static final int READ_ONLY = 2;
  private static final int LITTLE_ENDIAN = 4;
  private static final int ALIGNMENT_SHIFT = 4;
  private static final long ALIGNMENT = 8;

  private BufferCodecs() {}

  static void register(CodecRegistry r) {
    r.add(
        new LeafCodec<ByteBuffer>(
            Tags.BYTE_BUFFER,
            TypeCodec.Identity.EARLY,
            BufferCodecs::write,
            BufferCodecs::readBuffer));
    r.add(
        new LeafCodec<MemorySegment>(
            Tags.MEMORY_SEGMENT,
            TypeCodec.Identity.EARLY,
            BufferCodecs::write,
            BufferCodecs::readSegment));
  }

  private static void write(Encoder out, ByteBuffer buffer) {
    int flags = buffer.isDirect() ? OFF_HEAP : 0;
    flags |= buffer.isReadOnly() ? READ_ONLY : 0;
    flags |= buffer.order() == ByteOrder.LITTLE_ENDIAN ? LITTLE_ENDIAN : 0;
    out.out.writeByte(flags);
    int size = buffer.remaining();
    if (size < ByteBlock.BESIDE) {
      out.out.writeVarLong((long) size << 1);
      int at = out.out.skip(size);
      buffer.get(buffer.position(), out.out.array(), at, size);
    } else {
      ByteBlock.write(
          out, MemorySegment.ofBuffer(buffer), buffer.isDirect() ? Memory.OFF_HEAP : Memory.BYTES);
    }
  }

  private static ByteBuffer readBuffer(Decoder in) {
    int flags = in.in.readUnsignedByte();
    ByteBuffer buffer =
        (flags & OFF_HEAP) != 0
            ? ByteBlock.read(in, Memory.OFF_HEAP).asByteBuffer()
            : ByteBuffer.wrap(ByteBlock.readArray(in));
    if ((flags & READ_ONLY) != 0) {
      buffer = buffer.asReadOnlyBuffer();
    }
    return buffer.order(
        (flags & LITTLE_ENDIAN) != 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  private static void write(Encoder out, MemorySegment segment) {
    int flags = segment.isNative() ? OFF_HEAP : 0;
    flags |= segment.isReadOnly() ? READ_ONLY : 0;
    int alignment = heapAlignment(segment);
    flags |= Integer.numberOfTrailingZeros(alignment) << ALIGNMENT_SHIFT;
    out.out.writeByte(flags);
    ByteBlock.write(out, segment, segment.isNative() ? Memory.OFF_HEAP : arrays(alignment));
  }

  private static MemorySegment readSegment(Decoder in) {
    int flags = in.in.readUnsignedByte();
    MemorySegment segment =
        ByteBlock.read(
            in,
            (flags & OFF_HEAP) != 0 ? Memory.OFF_HEAP : arrays(1 << (flags >>> ALIGNMENT_SHIFT)));
    return (flags & READ_ONLY) != 0 ? segment.asReadOnly() : segment;
  }

  // A segment of a long[] may be read as longs, one of a byte[] may not.
  private static int heapAlignment(MemorySegment segment) {
    return segment.isNative() ? 1 : (int) Math.min(ALIGNMENT, segment.maxByteAlignment());
  }

  private static Memory arrays(int alignment) {
    return switch (alignment) {
      case 1 -> Memory.BYTES;
      case 2 -> Memory.SHORTS;
      case 4 -> Memory.INTS;
      case 8 -> Memory.LONGS;
      default -> throw new MalformedException("memory aligned to " + alignment);
    };
  }
}
