package io.farref.bytes;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * The kind of memory in which a receiver keeps a large buffer. The order is that of the numbers on
 * the wire.
 */
@SuppressWarnings("ImmutableEnumChecker") // the makers have no state
public enum Memory {
  /** Outside the heap, until the garbage collector finds it unreachable. */
  OFF_HEAP,

  /** A {@code byte[]}. */
  BYTES(Byte.BYTES, byte[].class, n -> MemorySegment.ofArray(new byte[n])),

  /** A {@code short[]}. */
  SHORTS(Short.BYTES, short[].class, n -> MemorySegment.ofArray(new short[n])),

  /** A {@code char[]}. */
  CHARS(Character.BYTES, char[].class, n -> MemorySegment.ofArray(new char[n])),

  /** An {@code int[]}. */
  INTS(Integer.BYTES, int[].class, n -> MemorySegment.ofArray(new int[n])),

  /** A {@code long[]}. */
  LONGS(Long.BYTES, long[].class, n -> MemorySegment.ofArray(new long[n])),

  /** A {@code float[]}. */
  FLOATS(Float.BYTES, float[].class, n -> MemorySegment.ofArray(new float[n])),

  /** A {@code double[]}. */
  DOUBLES(Double.BYTES, double[].class, n -> MemorySegment.ofArray(new double[n]));

  private static final long ALIGNMENT = 8;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;
  private static final Memory[] ALL = values();

  private final int elementSize;
  private final Class<?> array;
  private final IntFunction<MemorySegment> maker;

  Memory() {
    this(
        1,
        Void.class,
        size -> {
          throw new AssertionError(size);
        });
  }

  Memory(int elementSize, Class<?> array, IntFunction<MemorySegment> maker) {
    this.elementSize = elementSize;
    this.array = array;
    this.maker = maker;
  }

  /**
   * The one with that number.
   *
   * @throws MalformedException if there is none
   */
  public static Memory of(int number) {
    if (number < 0 || number >= ALL.length) {
      throw new MalformedException("memory of kind " + number);
    }
    return ALL[number];
  }

  /** Checks that {@link #allocate} can make so much of it. */
  public void check(long size) {
    if (size < 0 || (this != OFF_HEAP && Math.ceilDiv(size, (long) elementSize) > LARGEST_ARRAY)) {
      throw new MalformedException(Long.toUnsignedString(size) + " bytes of memory: " + this);
    }
  }

  /** Makes memory of so many bytes: all of an array, but for the rest of its last element. */
  public MemorySegment allocate(long size) {
    check(size);
    return this == OFF_HEAP
        ? Arena.ofAuto().allocate(size, ALIGNMENT)
        : maker.apply((int) Math.ceilDiv(size, (long) elementSize)).asSlice(0, size);
  }

  /** Whether a byte buffer can show it without a copy, when it is not read-only at least. */
  public static boolean isBufferable(MemorySegment segment) {
    return OFF_HEAP.isOf(segment) || BYTES.isOf(segment);
  }

  /** Whether {@link #allocate} could have made it. */
  public boolean isOf(MemorySegment segment) {
    return this == OFF_HEAP
        ? segment.isNative()
        : segment.heapBase().filter(array::isInstance).isPresent();
  }
}
