package io.farref.tests;

import io.farref.spi.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** A link that counts how often it is written to. */
record CountingLink(Link below, AtomicLong writes) implements Link {
  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    return below.read(dst, timeoutNanos);
  }

  @Override
  public void wakeup() {
    below.wakeup();
  }

  @Override
  public void write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    writes.incrementAndGet();
    below.write(srcs, offset, length);
  }

  @Override
  public String remoteAddress() {
    return below.remoteAddress();
  }

  @Override
  public void close() {
    below.close();
  }
}
