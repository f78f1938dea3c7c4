package io.farref.codec;

import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Function;

/**
 * An array of numbers or characters: its elements, little-endian, as {@link ByteBlock}.
 *
 * @param <A> the type of the array
 */
final class PrimitiveArrayCodec<A> extends TypeCodec {
  private final Memory memory;
  private final Function<A, MemorySegment> segment;
  private final ValueLayout layout;

  private PrimitiveArrayCodec(
      int tag, Memory memory, Function<A, MemorySegment> segment, ValueLayout layout) {
    super(tag, Identity.EARLY);
    this.memory = memory;
    this.segment = segment;
    this.layout = layout;
  }

  static void register(CodecRegistry r) {
    r.object(Tags.BYTES, byte[].class, ByteBlock::write, ByteBlock::readArray);
    r.object(Tags.BOOLEANS, boolean[].class, PrimitiveArrayCodec::write, PrimitiveArrayCodec::read);
    r.add(
        new PrimitiveArrayCodec<short[]>(
            Tags.SHORTS, Memory.SHORTS, MemorySegment::ofArray, ValueLayout.JAVA_SHORT),
        short[].class);
    r.add(
        new PrimitiveArrayCodec<char[]>(
            Tags.CHARS, Memory.CHARS, MemorySegment::ofArray, ValueLayout.JAVA_CHAR),
        char[].class);
    r.add(
        new PrimitiveArrayCodec<int[]>(
            Tags.INTS, Memory.INTS, MemorySegment::ofArray, ValueLayout.JAVA_INT),
        int[].class);
    r.add(
        new PrimitiveArrayCodec<long[]>(
            Tags.LONGS, Memory.LONGS, MemorySegment::ofArray, ValueLayout.JAVA_LONG),
        long[].class);
    r.add(
        new PrimitiveArrayCodec<float[]>(
            Tags.FLOATS, Memory.FLOATS, MemorySegment::ofArray, ValueLayout.JAVA_FLOAT),
        float[].class);
    r.add(
        new PrimitiveArrayCodec<double[]>(
            Tags.DOUBLES, Memory.DOUBLES, MemorySegment::ofArray, ValueLayout.JAVA_DOUBLE),
        double[].class);
  }

  @Override
  @SuppressWarnings("unchecked") // looked up by the value's class
  void write(Encoder out, Object value) {
    ByteBlock.write(out, littleEndian(segment.apply((A) value)), memory);
  }

  @Override
  Object read(Decoder in, int id) {
    MemorySegment elements = ByteBlock.read(in, memory);
    if (elements.byteSize() % layout.byteSize() != 0) {
      throw new MalformedException(elements.byteSize() + " bytes of " + layout.carrier());
    }
    if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      elements.copyFrom(littleEndian(elements));
    }
    return ByteBlock.array(elements);
  }

  // Swapping is its own inverse.
  private MemorySegment littleEndian(MemorySegment elements) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return elements;
    }
    MemorySegment swapped = memory.allocate(elements.byteSize());
    long count = elements.byteSize() / layout.byteSize();
    MemorySegment.copy(
        elements, layout, 0, swapped, layout.withOrder(ByteOrder.LITTLE_ENDIAN), 0, count);
    return swapped;
  }

  private static void write(Encoder out, boolean[] value) {
    byte[] bytes = new byte[value.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (value[i] ? 1 : 0);
    }
    ByteBlock.write(out, bytes);
  }

  private static boolean[] read(Decoder in) {
    byte[] bytes = ByteBlock.readArray(in);
    boolean[] value = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = bytes[i] != 0;
    }
    return value;
  }
}
