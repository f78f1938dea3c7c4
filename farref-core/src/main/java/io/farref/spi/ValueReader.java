package io.farref.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link ValueCodec} reads, in the order in which it was written. Used by one thread,
 * during one call of the codec. Every method throws {@link io.farref.EncodingException} when the
 * bytes are not what was asked for, and {@link io.farref.RefusedException} when they exceed a
 * limit.
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

  /** Reads a symbol: always the same instance for the same symbol of one connection. */
  String readSymbol();

  /** Reads a length and so many bytes into an array of that length. */
  byte[] readBytes();

  /** Reads a value. */
  @Nullable Object readValue();

  /** Reads a buffer that travelled beside the message; the caller owns it. */
  ByteBuffer readBuffer();
}
