package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * An array of numbers or characters: its elements, little-endian, as {@link Bulk}.
 *
 * @param <A> the type of the array
 */
final class PrimitiveArrayCodec<A> extends TypeCodec {
  private final IntFunction<A> maker;
  private final Function<A, MemorySegment> segment;
  private final ValueLayout layout;

  private PrimitiveArrayCodec(
      int tag, IntFunction<A> maker, Function<A, MemorySegment> segment, ValueLayout layout) {
    super(tag, Identity.EARLY);
    this.maker = maker;
    this.segment = segment;
    this.layout = layout;
  }

  static void register(Registry r) {
    r.object(Tags.BYTES, byte[].class, Bulk::write, Bulk::readArray);
    r.object(Tags.BOOLEANS, boolean[].class, PrimitiveArrayCodec::write, PrimitiveArrayCodec::read);
    r.add(
        new PrimitiveArrayCodec<>(
            Tags.SHORTS, short[]::new, MemorySegment::ofArray, ValueLayout.JAVA_SHORT),
        short[].class);
    r.add(
        new PrimitiveArrayCodec<>(
            Tags.CHARS, char[]::new, MemorySegment::ofArray, ValueLayout.JAVA_CHAR),
        char[].class);
    r.add(
        new PrimitiveArrayCodec<>(
            Tags.INTS, int[]::new, MemorySegment::ofArray, ValueLayout.JAVA_INT),
        int[].class);
    r.add(
        new PrimitiveArrayCodec<>(
            Tags.LONGS, long[]::new, MemorySegment::ofArray, ValueLayout.JAVA_LONG),
        long[].class);
    r.add(
        new PrimitiveArrayCodec<>(
            Tags.FLOATS, float[]::new, MemorySegment::ofArray, ValueLayout.JAVA_FLOAT),
        float[].class);
    r.add(
        new PrimitiveArrayCodec<>(
            Tags.DOUBLES, double[]::new, MemorySegment::ofArray, ValueLayout.JAVA_DOUBLE),
        double[].class);
  }

  @Override
  @SuppressWarnings("unchecked") // looked up by the value's class
  void write(Encoder out, Object value) {
    Bulk.write(out, littleEndian(segment.apply((A) value)));
  }

  @Override
  Object read(Decoder in, int id) {
    long[] length = new long[1];
    Object[] array = new Object[1];
    MemorySegment elements =
        Bulk.read(
            in,
            size -> {
              length[0] = size / layout.byteSize();
              if (size % layout.byteSize() != 0 || length[0] > Integer.MAX_VALUE - 16) {
                throw new MalformedException(size + " bytes of " + layout.carrier());
              }
              A made = maker.apply((int) length[0]);
              array[0] = made;
              return segment.apply(made);
            });
    if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      elements.copyFrom(littleEndian(elements));
    }
    return array[0];
  }

  // Swapping is its own inverse.
  private MemorySegment littleEndian(MemorySegment elements) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return elements;
    }
    long count = elements.byteSize() / layout.byteSize();
    MemorySegment swapped = segment.apply(maker.apply((int) count));
    MemorySegment.copy(
        elements, layout, 0, swapped, layout.withOrder(ByteOrder.LITTLE_ENDIAN), 0, count);
    return swapped;
  }

  private static void write(Encoder out, boolean[] value) {
    byte[] bytes = new byte[value.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (value[i] ? 1 : 0);
    }
    Bulk.write(out, bytes);
  }

  private static boolean[] read(Decoder in) {
    byte[] bytes = Bulk.readArray(in);
    boolean[] value = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = bytes[i] != 0;
    }
    return value;
  }
}
