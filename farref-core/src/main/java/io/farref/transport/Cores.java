package io.farref.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether this machine has cores to spare for threads that wait awake, as far as this JVM knows.
 *
 * <p>Whoever waits awake offers its core to others all the time. If it does not get it back at once,
 * somebody wanted it: then nobody of this JVM spins for a while, which doubles as long as that is
 * so. A thread that sleeps is put before one that computes when it wakes; one that yields is put
 * behind it, for milliseconds.
 */
final class Cores {
  private static final int COUNT = Runtime.getRuntime().availableProcessors();

  /** Yielding to nobody takes 1 µs, and an interrupt or two some more. */
  private static final long TAKEN_NANOS = 100_000;

  private static final long MIN_PAUSE_NANOS = 2_000_000;
  private static final long MAX_PAUSE_NANOS = 256_000_000;

  /** More threads than cores that wait awake wait for each other. */
  private static final AtomicInteger AWAKE = new AtomicInteger();

  private static volatile boolean paused;
  private static volatile long pausedUntil;
  private static volatile long pause = MIN_PAUSE_NANOS;

  private Cores() {}

  static boolean areFree() {
    return COUNT > 1 && (!paused || isPauseOver());
  }

  private static boolean isPauseOver() {
    if (System.nanoTime() - pausedUntil < 0) {
      return false;
    }
    paused = false;
    return true;
  }

  /** Whether one more thread may offer its core; if so it must {@link #leave}. */
  static boolean enter() {
    if (AWAKE.incrementAndGet() <= COUNT) {
      return true;
    }
    AWAKE.decrementAndGet();
    return false;
  }

  static void leave() {
    AWAKE.decrementAndGet();
  }

  /** Whether somebody had the core that was offered for so long. */
  static boolean wereWanted(long offeredNanos, long now) {
    if (offeredNanos < TAKEN_NANOS) {
      return false;
    }
    boolean again = now - pausedUntil < 2 * pause;
    pause = again ? Math.min(2 * pause, MAX_PAUSE_NANOS) : MIN_PAUSE_NANOS;
    pausedUntil = now + pause;
    paused = true;
    return true;
  }
}
