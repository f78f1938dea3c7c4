package io.farref.call;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what took too long. Nothing is queued per call: a sweep over what is pending finds what is
 * overdue and when the next will be, so a call that ends in time costs one comparison.
 */
public final class Deadlines implements Runnable {
  /** No limit. */
  public static final long NONE = Long.MAX_VALUE;

  private static final long LEAST_PAUSE = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long LONGEST_PAUSE = TimeUnit.HOURS.toNanos(1);

  private final Set<Source> sources = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile long nextSweep;
  private volatile boolean stopped;

  /** Something that has deadlines. */
  interface Source {
    /**
     * Ends what is overdue.
     *
     * @return the earliest deadline left, or {@link #NONE}
     */
    long expire(long now);
  }

  /** Starts to watch. */
  public Deadlines(Threads threads) {
    nextSweep = System.nanoTime();
    thread = threads.platform("deadlines", this);
    thread.start();
  }

  /** Stops watching; what is pending stays pending. */
  public void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  void add(Source source) {
    sources.add(source);
  }

  void remove(Source source) {
    sources.remove(source);
  }

  /** Something in one of the sources now ends then. */
  void schedule(long deadline) {
    if (deadline != NONE && deadline - nextSweep < 0) {
      LockSupport.unpark(thread);
    }
  }

  /** The deadline of something that may take so long from now; zero is no limit. */
  public static long after(long timeoutNanos) {
    return timeoutNanos == 0 ? NONE : System.nanoTime() + timeoutNanos;
  }

  /** The earlier one. */
  public static long earlier(long a, long b) {
    if (a == NONE || b == NONE) {
      return a == NONE ? b : a;
    }
    return a - b < 0 ? a : b;
  }

  @Override
  public void run() {
    while (!stopped) {
      // Announced before the sweep: what is added meanwhile and ends earlier wakes this thread.
      nextSweep = System.nanoTime() + LONGEST_PAUSE;
      long now = System.nanoTime();
      long next = now + LONGEST_PAUSE;
      for (Source source : sources) {
        next = earlier(next, source.expire(now));
      }
      nextSweep = next;
      long pause = Math.max(next - System.nanoTime(), LEAST_PAUSE);
      if (!stopped) {
        LockSupport.parkNanos(this, pause);
      }
    }
  }
}
