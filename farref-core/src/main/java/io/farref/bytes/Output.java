package io.farref.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing array of bytes. Fixed-size numbers are little-endian; variable ones have seven bits a
 * byte, lowest first. Not thread-safe.
 */
public final class Output {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  /** Makes an empty one that holds so many bytes before it grows. */
  public Output(int capacity) {
    bytes = new byte[capacity];
  }

  /** How many bytes were written. */
  public int size() {
    return size;
  }

  /** Forgets everything written after the first {@code size} bytes. */
  public void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IndexOutOfBoundsException(newSize + " of " + size);
    }
    size = newSize;
  }

  /** The array behind it, valid up to {@link #size} and until the next write. */
  public byte[] array() {
    return bytes;
  }

  /** A copy of the bytes written so far. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** A view of the bytes written so far, valid until the next write. */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /** Appends so many bytes of any content, to be set later; returns where they begin. */
  public int skip(int count) {
    int at = reserve(count);
    return at;
  }

  /** Writes one byte. */
  public void writeByte(int value) {
    int at = reserve(1);
    bytes[at] = (byte) value;
  }

  /** Writes four bytes. */
  public void writeInt(int value) {
    int at = reserve(4);
    INT.set(bytes, at, value);
  }

  /** Sets four bytes that were written before. */
  public void setInt(int at, int value) {
    INT.set(bytes, at, value);
  }

  /** Writes eight bytes. */
  public void writeLong(long value) {
    int at = reserve(8);
    LONG.set(bytes, at, value);
  }

  /** Writes a number that is not negative in 1 to 9 bytes, any other in 10. */
  public void writeVarLong(long value) {
    int at = reserve(10);
    byte[] to = bytes;
    long rest = value;
    for (int left = 9; left > 0 && (rest & ~0x7FL) != 0; left--) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    size = at;
  }

  /** Writes a number that is not negative in 1 to 5 bytes, any other in 5. */
  public void writeVarInt(int value) {
    if ((value & ~0x7F) == 0) {
      writeByte(value);
    } else {
      writeVarLong(value & 0xFFFFFFFFL);
    }
  }

  /** Writes a number of either sign; one near zero is short. */
  public void writeZigZag(long value) {
    writeVarLong((value << 1) ^ (value >> 63));
  }

  /** Writes bytes without their length. */
  public void writeBytes(byte[] source, int offset, int length) {
    int at = reserve(length);
    System.arraycopy(source, offset, bytes, at, length);
  }

  /** Writes a string: the number of its bytes in UTF-8, and these; unpaired surrogates are lost. */
  public void writeUtf8(String value) {
    byte[] encoded = value.getBytes(UTF_8);
    writeVarInt(encoded.length);
    writeBytes(encoded, 0, encoded.length);
  }

  private int reserve(int count) {
    int at = size;
    int needed = at + count;
    if (needed < 0) {
      throw new OutOfMemoryError("a message of more than 2 GiB");
    }
    if (needed > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, Math.max(needed, (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 16)));
    }
    size = needed;
    return at;
  }
}
