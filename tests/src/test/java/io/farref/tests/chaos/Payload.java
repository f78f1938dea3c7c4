package io.farref.tests.chaos;

import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Large arguments and results: bytes that are derived from a number. */
final class Payload {
  private Payload() {}

  static byte[] of(long seed, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
