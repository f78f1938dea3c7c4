package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongFunction;

/**
 * Byte buffers and memory segments: one byte of flags, then {@link Bulk}. A buffer sends what
 * remains of it; what was outside the heap arrives outside the heap.
 */
final class Buffers {
  private static final int OFF_HEAP = 1;
  private static final int READ_ONLY = 2;
  private static final int LITTLE_ENDIAN = 4;
  private static final int ALIGNMENT_SHIFT = 4;
  private static final long ALIGNMENT = 8;

  private Buffers() {}

  static void register(Registry r) {
    r.add(
        new Leaf<ByteBuffer>(
            Tags.BYTE_BUFFER, TypeCodec.Identity.EARLY, Buffers::write, Buffers::readBuffer));
    r.add(
        new Leaf<MemorySegment>(
            Tags.MEMORY_SEGMENT, TypeCodec.Identity.EARLY, Buffers::write, Buffers::readSegment));
  }

  private static void write(Encoder out, ByteBuffer buffer) {
    int flags = buffer.isDirect() ? OFF_HEAP : 0;
    flags |= buffer.isReadOnly() ? READ_ONLY : 0;
    flags |= buffer.order() == ByteOrder.LITTLE_ENDIAN ? LITTLE_ENDIAN : 0;
    out.out.writeByte(flags);
    int size = buffer.remaining();
    if (size < Bulk.BESIDE) {
      out.out.writeVarLong((long) size << 1);
      int at = out.out.skip(size);
      buffer.get(buffer.position(), out.out.array(), at, size);
    } else {
      Bulk.writeBeside(out, buffer.slice());
    }
  }

  private static ByteBuffer readBuffer(Decoder in) {
    int flags = in.in.readUnsignedByte();
    ByteBuffer buffer;
    if ((flags & OFF_HEAP) == 0) {
      buffer = ByteBuffer.wrap(Bulk.readArray(in));
    } else {
      ByteBuffer[] direct = new ByteBuffer[1];
      Bulk.read(
          in,
          size -> {
            direct[0] = ByteBuffer.allocateDirect(in.checkSize(size, Integer.MAX_VALUE));
            return MemorySegment.ofBuffer(direct[0]);
          });
      buffer = direct[0];
    }
    if ((flags & READ_ONLY) != 0) {
      buffer = buffer.asReadOnlyBuffer();
    }
    return buffer.order(
        (flags & LITTLE_ENDIAN) != 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  private static void write(Encoder out, MemorySegment segment) {
    int flags = segment.isNative() ? OFF_HEAP : 0;
    flags |= segment.isReadOnly() ? READ_ONLY : 0;
    flags |= Long.numberOfTrailingZeros(heapAlignment(segment)) << ALIGNMENT_SHIFT;
    out.out.writeByte(flags);
    Bulk.write(out, segment);
  }

  private static MemorySegment readSegment(Decoder in) {
    int flags = in.in.readUnsignedByte();
    int alignment = 1 << (flags >>> ALIGNMENT_SHIFT);
    MemorySegment segment;
    if ((flags & OFF_HEAP) != 0) {
      segment = Bulk.read(in, size -> Arena.ofAuto().allocate(size, ALIGNMENT));
    } else if (alignment == 1) {
      segment = MemorySegment.ofArray(Bulk.readArray(in));
    } else {
      segment = Bulk.read(in, heapMaker(in, alignment));
    }
    return (flags & READ_ONLY) != 0 ? segment.asReadOnly() : segment;
  }

  // A segment of a long[] may be read as longs, one of a byte[] may not.
  private static long heapAlignment(MemorySegment segment) {
    return segment.isNative() ? 1 : Math.min(ALIGNMENT, segment.maxByteAlignment());
  }

  private static LongFunction<MemorySegment> heapMaker(Decoder in, int alignment) {
    return size -> {
      int elements = in.checkSize(Math.ceilDiv(size, (long) alignment), Integer.MAX_VALUE - 16);
      MemorySegment whole =
          switch (alignment) {
            case 2 -> MemorySegment.ofArray(new short[elements]);
            case 4 -> MemorySegment.ofArray(new int[elements]);
            case 8 -> MemorySegment.ofArray(new long[elements]);
            default -> throw new MalformedException("memory aligned to " + alignment);
          };
      return whole.asSlice(0, size);
    };
  }
}
