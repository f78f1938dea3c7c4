package io.farref.codec;

/**
 * The size of a hash table, which decides the order of its elements. One of the size that it would
 * have grown to by itself costs one byte; any other is sent, with its load factor.
 */
record HashTableSize(int capacity, float loadFactor) {
  private static final float LOAD_FACTOR = 0.75f;

  // As the JDK reads them: a table of a smaller one would double with each element that is put in.
  private static final float LEAST_LOAD_FACTOR = 0.25f;
  private static final float MOST_LOAD_FACTOR = 4;

  private static final int DEFAULT_CAPACITY = 16;
  private static final int PRESIZED = 1 << 17;
  private static final int MAX_CAPACITY = 1 << 30;

  /** The size that a table of so many elements has grown to. */
  private static HashTableSize usual(int count) {
    int capacity = DEFAULT_CAPACITY;
    while (count > capacity * LOAD_FACTOR && capacity < MAX_CAPACITY) {
      capacity <<= 1;
    }
    return new HashTableSize(capacity, LOAD_FACTOR);
  }

  /**
   * A table that says at how many elements it will grow.
   *
   * @param count its elements; none yet may mean that it has no table, and will get one of {@code
   *     threshold}
   */
  static HashTableSize ofThreshold(int threshold, float loadFactor, int count) {
    if (count == 0 && Integer.bitCount(threshold) <= 1) {
      return new HashTableSize(threshold == 0 ? DEFAULT_CAPACITY : threshold, loadFactor);
    }
    int capacity = 1;
    while (capacity < MAX_CAPACITY && (int) (capacity * loadFactor) < threshold) {
      capacity <<= 1;
    }
    return new HashTableSize(capacity, loadFactor);
  }

  /** Writes a size and the number of elements. */
  void write(Encoder out, int count) {
    if (equals(usual(count))) {
      Capacity.write(out, 0);
    } else {
      Capacity.write(out, capacity);
      out.out.writeInt(Float.floatToRawIntBits(loadFactor));
    }
    out.out.writeVarInt(count);
  }

  /** Reads a load factor; one that is not usual is not kept. */
  static float readLoadFactor(Decoder in) {
    float loadFactor = Float.intBitsToFloat(in.in.readInt());
    return Float.isNaN(loadFactor)
        ? LOAD_FACTOR
        : Math.clamp(loadFactor, LEAST_LOAD_FACTOR, MOST_LOAD_FACTOR);
  }

  /** A size that was read, and the number of elements to be read. */
  record Read(HashTableSize size, int count) {}

  /** Reads what {@link #write} wrote. */
  static Read read(Decoder in, int bytesEach) {
    int capacity = Capacity.read(in);
    float loadFactor = capacity == 0 ? LOAD_FACTOR : readLoadFactor(in);
    int count = in.readCount(bytesEach);
    if (capacity != 0) {
      return new Read(new HashTableSize(capacity, loadFactor), count);
    }
    HashTableSize usual = usual(count);
    // A table for more grows as its elements arrive.
    return new Read(
        usual.capacity <= PRESIZED ? usual : new HashTableSize(PRESIZED, LOAD_FACTOR), count);
  }
}
