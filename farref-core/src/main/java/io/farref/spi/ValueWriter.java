package io.farref.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where a {@link ValueCodec} writes. Used by one thread, during one call of the codec. */
public interface ValueWriter {
  /** Writes one byte. */
  void writeByte(int value);

  /** Writes a number in 1 to 5 bytes; small ones of either sign are short. */
  void writeInt(int value);

  /** Writes a number in 1 to 10 bytes; small ones of either sign are short. */
  void writeLong(long value);

  /** Writes eight bytes. */
  void writeDouble(double value);

  /** Writes a string. */
  void writeString(String value);

  /**
   * Writes a string that comes again and again, such as a name: after its first use on a connection
   * it costs one to three bytes.
   */
  void writeSymbol(String value);

  /** Writes raw bytes: a length and the bytes from {@code offset}. */
  void writeBytes(byte[] bytes, int offset, int length);

  /**
   * Writes any value that may travel, references included.
   *
   * @param field what the path in an error message calls it
   */
  void writeValue(String field, @Nullable Object value);

  /**
   * Lets the bytes between position and limit travel beside the message, uncopied where possible.
   * They must not change until the call has ended.
   */
  void writeBuffer(ByteBuffer bytes);
}
