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
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    writes.incrementAndGet();
    return below.write(srcs, offset, length, timeoutNanos);
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
