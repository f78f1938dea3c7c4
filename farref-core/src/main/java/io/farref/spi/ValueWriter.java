package io.farref.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The output of a {@link ValueCodec}. Used by one thread, during one call of the codec. */
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
   * Writes a string that is sent often, such as a name: after its first use on a connection it
   * takes one to three bytes.
   */
  void writeSymbol(String value);

  /** Writes raw bytes: a length and the bytes from {@code offset}. */
  void writeBytes(byte[] bytes, int offset, int length);

  /**
   * Writes any value that can be sent, references included.
   *
   * @param field the name of the value in the path that an error message shows
   */
  void writeValue(String field, @Nullable Object value);

  /**
   * Sends the bytes between position and limit as an out-of-band buffer: beside the message, and
   * uncopied where possible. They must not change until the call has ended.
   */
  void writeBuffer(ByteBuffer bytes);
}
