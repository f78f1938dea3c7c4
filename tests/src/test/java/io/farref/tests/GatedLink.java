package io.farref.tests;

import io.farref.spi.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A link on which a write waits for a permit, once the gate is shut. */
final class GatedLink implements Link {
  private final Link below;
  private final Semaphore permits = new Semaphore(0);
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean shut;

  GatedLink(Link below) {
    this.below = below;
  }

  void shut() {
    shut = true;
  }

  /** Lets that many writes continue. */
  void permit(int writes) {
    permits.release(writes);
  }

  void open() {
    shut = false;
    permits.release(1 << 20);
  }

  /** Whether a write waits. */
  boolean isHeld() {
    return waiting.get() > 0;
  }

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
    if (shut) {
      waiting.incrementAndGet();
      permits.acquireUninterruptibly();
      waiting.decrementAndGet();
    }
    return below.write(srcs, offset, length, timeoutNanos);
  }

  @Override
  public String remoteAddress() {
    return below.remoteAddress();
  }

  @Override
  public void close() {
    below.close();
    open();
  }
}
