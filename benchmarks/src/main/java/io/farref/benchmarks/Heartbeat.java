package io.farref.benchmarks;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Notices when this JVM stands still: a thread that ought to wake every millisecond. */
final class Heartbeat {
  private static final long PERIOD_NANOS = 1_000_000;
  private static final Heartbeat HERE = new Heartbeat();

  private final AtomicLong longestNanos = new AtomicLong();

  private Heartbeat() {
    Thread.ofPlatform().daemon().name("heartbeat").start(this::beat);
  }

  private void beat() {
    long last = System.nanoTime();
    while (true) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long now = System.nanoTime();
      longestNanos.accumulateAndGet(now - last - PERIOD_NANOS, Math::max);
      last = now;
    }
  }

  /**
   * The longest pause since this was last asked, in milliseconds; starts to watch when first asked.
   */
  static double longestMillis() {
    return HERE.longestNanos.getAndSet(0) / 1e6;
  }
}
