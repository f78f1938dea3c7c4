package io.farref.codec;

import io.farref.Limits;

/**
 * The capacity of an object, which its contents need not fill. A large one is paid for with a
 * padding, so that a short message cannot make its reader allocate much.
 */
final class Capacity {
  private static final int FREE = 64;
  private static final int UNITS_PER_BYTE = 16;
  private static final byte[] ZEROS = new byte[1 << 12];

  private Capacity() {}

  static void write(Encoder out, int capacity) {
    out.out.writeVarInt(capacity);
    for (int left = padding(capacity); left > 0; left -= ZEROS.length) {
      out.out.writeBytes(ZEROS, 0, Math.min(left, ZEROS.length));
    }
  }

  static int read(Decoder in) {
    int capacity = in.in.readVarInt();
    Limits.check("maxElements", Integer.toUnsignedLong(capacity), in.limits().maxElements());
    in.in.skip(padding(capacity));
    return capacity;
  }

  private static int padding(int capacity) {
    return Math.max(0, (capacity - FREE) / UNITS_PER_BYTE);
  }
}
