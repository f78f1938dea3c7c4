package io.farref.transport;

import java.io.IOException;

/**
 * Decides, for one thread that waits again and again, whether to wait awake for a while before it
 * sleeps, and does so. Falling asleep and being woken costs some 50 µs on two cores, so it is worth
 * staying awake for about as long, if what is waited for usually comes within that time and nobody
 * else wants the core.
 *
 * <p>A spin in vain makes the next one wait until a number of sleeps were short; the number doubles
 * with each spin in vain and begins anew with one that was not. So who is called every millisecond
 * sleeps, and who is called in bursts is awake from the second call of a burst on.
 */
final class Spin {
  /** How long to stay awake. */
  private static final long LIMIT_NANOS = 50_000;

  /** A sleep as short as this might have been spent awake: the other side slept, too. */
  private static final long SHORT_NANOS = 150_000;

  /** Before it offers the core to others, which is a system call: some 4 µs. */
  private static final int HOT_LOOPS = 100;

  private static final int MAX_PENALTY = 64;

  /** What is waited for. */
  interface Condition {
    boolean isMet() throws IOException;
  }

  private final Cores cores;
  private final long limitNanos;

  /** How many short sleeps must come before the next spin. */
  private int sleepsToCome;

  private int penalty = 1;

  Spin() {
    this(Cores.OF_THIS_MACHINE, LIMIT_NANOS);
  }

  /** One that stays awake for so long; if 0, it never does. */
  Spin(Cores cores, long limitNanos) {
    this.cores = cores;
    this.limitNanos = limitNanos;
  }

  /** Waits awake, if that is worth it; returns whether the condition is met. */
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

  /** The thread slept so long. */
  void slept(long nanos) {
    if (sleepsToCome > 0 && nanos < SHORT_NANOS) {
      sleepsToCome--;
    }
  }
}
