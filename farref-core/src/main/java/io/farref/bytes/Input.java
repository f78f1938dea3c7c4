package io.farref.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the bytes that an {@link Output} wrote, and trusts none of them: every method throws {@link
 * MalformedException} rather than read past the end. Not thread-safe.
 */
public final class Input {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads a whole array. */
  public Input(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads part of an array, which must not change meanwhile. */
  public Input(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  /** Where the next byte is in {@link #array}. */
  public int position() {
    return position;
  }

  /** The array behind it. */
  public byte[] array() {
    return bytes;
  }

  /** Reads one byte, -128 to 127. */
  public byte readByte() {
    int at = take(1);
    return bytes[at];
  }

  /** Reads one byte, 0 to 255. */
  public int readUnsignedByte() {
    return readByte() & 0xFF;
  }

  /** Reads four bytes. */
  public int readInt() {
    int at = take(4);
    return (int) INT.get(bytes, at);
  }

  /** Reads eight bytes. */
  public long readLong() {
    int at = take(8);
    return (long) LONG.get(bytes, at);
  }

  /** Reads a number that {@link Output#writeVarLong} wrote. */
  public long readVarLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        if (shift == 63 && next > 1) {
          break;
        }
        return value;
      }
    }
    throw new MalformedException("a number of more than 64 bits");
  }

  /** Reads a number that {@link Output#writeVarInt} wrote. */
  public int readVarInt() {
    long value = readVarLong();
    if (value >>> 32 != 0) {
      throw new MalformedException("a number of more than 32 bits");
    }
    return (int) value;
  }

  /**
   * Reads how many things follow.
   *
   * @throws MalformedException if there cannot be so many: each needs {@code bytesEach} at least
   */
  public int readCount(int bytesEach) {
    int count = readVarInt();
    if (count < 0 || (long) count * bytesEach > remaining()) {
      throw new MalformedException(
          "a count of " + Integer.toUnsignedString(count) + " with " + remaining() + " bytes left");
    }
    return count;
  }

  /** Reads a number that {@link Output#writeZigZag} wrote. */
  public long readZigZag() {
    long value = readVarLong();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Reads so many bytes. */
  public byte[] readBytes(int length) {
    int at = take(length);
    return Arrays.copyOfRange(bytes, at, at + length);
  }

  /** Reads so many bytes into an array. */
  public void readBytes(byte[] target, int offset, int length) {
    int at = take(length);
    System.arraycopy(bytes, at, target, offset, length);
  }

  /** Passes over so many bytes. */
  public void skip(int length) {
    take(length);
  }

  /** Reads a string that {@link Output#writeUtf8} wrote. */
  public String readUtf8() {
    int length = readCount(1);
    int at = take(length);
    return new String(bytes, at, length, UTF_8);
  }

  private int take(int count) {
    int at = position;
    if (count < 0 || count > end - at) {
      throw new MalformedException(
          "wanted " + Integer.toUnsignedString(count) + " bytes, only " + (end - at) + " left");
    }
    position = at + count;
    return at;
  }
}
