package io.farref.facade;

import io.farref.codec.LibraryCodec;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;

/** The owner's answer to a call of a facade's default method that its value does not have. */
final class NoCounterpart {
  static final NoCounterpart INSTANCE = new NoCounterpart();

  private NoCounterpart() {}

  /** One instance, no bytes. */
  static final class Codec implements LibraryCodec<NoCounterpart> {
    @Override
    public String wireName() {
      return ".no-method";
    }

    @Override
    public Class<NoCounterpart> type() {
      return NoCounterpart.class;
    }

    @Override
    public void write(NoCounterpart value, ValueWriter out) {}

    @Override
    public NoCounterpart read(ValueReader in) {
      return INSTANCE;
    }
  }
}
