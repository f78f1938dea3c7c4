package io.farref.transport.shm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Estimates whether this machine has spare cores for threads that spin while they wait.
 *
 * <p>A thread that spins yields its core all the time. If it does not get the core back at once,
 * another thread needed it: then no thread of this JVM spins for a while, and that while doubles as
 * long as cores are needed. When a thread that sleeps wakes, the scheduler puts it before one that
 * computes; a thread that yields is put behind it, for milliseconds.
 */
final class SpinBudget {
  static final SpinBudget OF_THIS_MACHINE =
      new SpinBudget(Runtime.getRuntime().availableProcessors(), System::nanoTime);

  /**
   * A yield that took longer gave the core away: one without takers lasts 1 µs, plus interrupts.
   */
  private static final long TAKEN_NANOS = 100_000;

  private static final long MIN_PAUSE_NANOS = 2_000_000;
  private static final long MAX_PAUSE_NANOS = 64_000_000;

  private final int count;
  private final LongSupplier clock;

  /** How many threads spin. If they were more than the cores, they would wait for each other. */
  private final AtomicInteger awake = new AtomicInteger();

  private volatile boolean paused;
  private volatile long pausedUntil;
  private volatile long pause = MIN_PAUSE_NANOS;

  SpinBudget(int count, LongSupplier clock) {
    this.count = count;
    this.clock = clock;
    this.pausedUntil = clock.getAsLong() - MIN_PAUSE_NANOS;
  }

  /** The time of this object's clock. */
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

  /** Whether one more thread may spin; if so, it must call {@link #leave} when it has done so. */
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

  /** Whether another thread took the core during a yield of {@code offeredNanos}. */
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
