package io.farref.transport.shm;

import java.io.IOException;

/**
 * Decides, for one thread that waits again and again, whether to spin for a while before it sleeps,
 * and does so. Falling asleep and being woken costs some 50 µs on two cores, so it is worth
 * spinning for about as long if the wait usually ends within that time and no other thread needs
 * the core.
 *
 * <p>After a spin in vain there is no further spin until a number of sleeps were short; the number
 * doubles with each spin in vain, and is reset by a spin that succeeds. So a thread whose waits
 * last a millisecond sleeps, and one with bursts of short waits spins from the second wait of a
 * burst on.
 */
final class AdaptiveSpin {
  /** How long to spin. */
  private static final long LIMIT_NANOS = 50_000;

  /**
   * A sleep as short as this could have been a spin: it includes that the other side slept, too.
   */
  private static final long SHORT_NANOS = 150_000;

  /**
   * How many checks of the condition come before each further check yields the core. A yield is a
   * system call; the checks take some 4 µs.
   */
  private static final int HOT_LOOPS = 100;

  private static final int MAX_PENALTY = 64;

  /** The condition that a thread waits for. */
  interface Condition {
    boolean isMet() throws IOException;
  }

  private final SpinBudget cores;
  private final long limitNanos;

  /** How many short sleeps must come before the next spin. */
  private int sleepsToCome;

  private int penalty = 1;

  AdaptiveSpin() {
    this(SpinBudget.OF_THIS_MACHINE, LIMIT_NANOS);
  }

  /** Makes one that spins for {@code limitNanos}; if 0, it never spins. */
  AdaptiveSpin(SpinBudget cores, long limitNanos) {
    this.cores = cores;
    this.limitNanos = limitNanos;
  }

  /** Spins, if that is worth it; returns whether the condition is met. */
  boolean await(Condition condition) throws IOException {
    if (limitNanos == 0 || sleepsToCome > 0 || !cores.areFree()) {
      return condition.isMet();
    }
    for (int i = 0; i < HOT_LOOPS; i++) {
      if (condition.isMet()) {
        penalty = 1;
        return true;
      }
      Thread.onSpinWait();
    }
    return yieldUntil(condition);
  }

  @SuppressWarnings("ThreadPriorityCheck") // how long the scheduler takes is the question here
  private boolean yieldUntil(Condition condition) throws IOException {
    if (!cores.enter()) {
      return condition.isMet();
    }
    try {
      long start = cores.now();
      long last = start;
      while (last - start < limitNanos) {
        Thread.yield();
        long now = cores.now();
        if (cores.wereWanted(now - last, now)) {
          return condition.isMet();
        }
        if (condition.isMet()) {
          penalty = 1;
          return true;
        }
        last = now;
      }
    } finally {
      cores.leave();
    }
    sleepsToCome = penalty;
    penalty = Math.min(2 * penalty, MAX_PENALTY);
    return false;
  }

  /** Notes that the thread slept for {@code nanos}. */
  void slept(long nanos) {
    if (sleepsToCome > 0 && nanos < SHORT_NANOS) {
      sleepsToCome--;
    }
  }
}
