package io.farref.tests;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that wakes every tenth of a millisecond and records the longest delay. */
final class Stalls {
  private static final long PERIOD = TimeUnit.MICROSECONDS.toNanos(100);

  private final Thread thread = new Thread(this::run, "stalls");
  private volatile boolean stopped;
  private volatile long longest;

  static Stalls watch() {
    Stalls stalls = new Stalls();
    stalls.thread.start();
    return stalls;
  }

  private void run() {
    long before = System.nanoTime();
    while (!stopped) {
      LockSupport.parkNanos(this, PERIOD);
      long now = System.nanoTime();
      longest = Math.max(longest, now - before - PERIOD); // one writer
      before = now;
    }
  }

  /** The longest delay since the last call, in milliseconds. */
  double takeLongest() {
    double millis = longest / 1e6;
    longest = 0;
    return millis;
  }

  /** Ends the thread. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
