package io.farref.transport;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Whether this machine has cores to spare for threads that wait awake, as far as this JVM knows.
 *
 * <p>Whoever waits awake offers its core to others all the time. If it does not get it back at
 * once, somebody wanted it: then nobody of this JVM spins for a while, which doubles as long as
 * that is so. A thread that sleeps is put before one that computes when it wakes; one that yields
 * is put behind it, for milliseconds.
 */
final class Cores {
  static final Cores OF_THIS_MACHINE =
      new Cores(Runtime.getRuntime().availableProcessors(), System::nanoTime);

  /** Yielding to nobody takes 1 µs, and an interrupt or two some more. */
  private static final long TAKEN_NANOS = 100_000;

  private static final long MIN_PAUSE_NANOS = 2_000_000;
  private static final long MAX_PAUSE_NANOS = 64_000_000;

  private final int count;
  private final LongSupplier clock;

  /** More threads than cores that wait awake wait for each other. */
  private final AtomicInteger awake = new AtomicInteger();

  private volatile boolean paused;
  private volatile long pausedUntil;
  private volatile long pause = MIN_PAUSE_NANOS;

  Cores(int count, LongSupplier clock) {
    this.count = count;
    this.clock = clock;
    this.pausedUntil = clock.getAsLong() - MIN_PAUSE_NANOS;
  }

  /** By the clock of this. */
  long now() {
    return clock.getAsLong();
  }

  boolean areFree() {
    return count > 1 && (!paused || isPauseOver());
  }

  private boolean isPauseOver() {
    if (now() - pausedUntil < 0) {
      return false;
    }
    paused = false;
    return true;
  }

  /** Whether one more thread may offer its core; if so it must {@link #leave}. */
  boolean enter() {
    if (awake.incrementAndGet() <= count) {
      return true;
    }
    awake.decrementAndGet();
    return false;
  }

  void leave() {
    awake.decrementAndGet();
  }

  /** Whether somebody had the core that was offered for so long. */
  boolean wereWanted(long offeredNanos, long now) {
    if (offeredNanos < TAKEN_NANOS) {
      return false;
    }
    boolean again = now - pausedUntil < pause;
    pause = again ? Math.min(2 * pause, MAX_PAUSE_NANOS) : MIN_PAUSE_NANOS;
    pausedUntil = now + pause;
    paused = true;
    return true;
  }
}
