package io.farref.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The input of a {@link ValueCodec}, to be read in the order in which it was written. Used by one
 * thread, during one call of the codec. Every method throws {@link io.farref.EncodingException}
 * when the bytes do not have the expected form, and {@link io.farref.RefusedException} when they
 * exceed a limit.
 */
public interface ValueReader {
  /** Reads one byte, -128 to 127. */
  byte readByte();

  /** Reads what {@link ValueWriter#writeInt} wrote. */
  int readInt();

  /** Reads what {@link ValueWriter#writeLong} wrote. */
  long readLong();

  /** Reads eight bytes. */
  double readDouble();

  /** Reads a string. */
  String readString();

  /** Reads a symbol; within one connection, equal symbols are the same instance. */
  String readSymbol();

  /** Reads a length, and that many bytes into a new array. */
  byte[] readBytes();

  /** Reads a value. */
  @Nullable Object readValue();

  /** Reads an out-of-band buffer; the caller owns it. */
  ByteBuffer readBuffer();
}
