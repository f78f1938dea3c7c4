package io.farref.node;

import io.farref.RemoteRunnable;
import io.farref.call.Housekeeping;
import io.farref.codec.LibraryCodec;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;

/**
 * The library's own call that does nothing: when it is answered, all that was sent before it has
 * arrived.
 */
record Echo() implements RemoteRunnable<RuntimeException>, Housekeeping {
  @Override
  public void run() {}

  /** No bytes. */
  static final class Codec implements LibraryCodec<Echo> {
    @Override
    public String wireName() {
      return ".echo";
    }

    @Override
    public Class<Echo> type() {
      return Echo.class;
    }

    @Override
    public void write(Echo value, ValueWriter out) {}

    @Override
    public Echo read(ValueReader in) {
      return new Echo();
    }
  }
}
