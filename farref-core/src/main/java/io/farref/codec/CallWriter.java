package io.farref.codec;

import io.farref.spi.ValueWriter;

/** The output of a {@link CallCodec}. */
public interface CallWriter extends ValueWriter {
  /** Writes a byte that has this bit as well if a function follows it in the message. */
  void writeByte(int value, int ifFunctionsFollow);
}
