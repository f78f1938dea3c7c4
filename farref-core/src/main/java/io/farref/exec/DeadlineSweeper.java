package io.farref.exec;

import io.farref.time.Deadlines;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that ends overdue calls. Nothing is queued per call: the thread sweeps over everything
 * that is pending, ends the overdue calls and finds the next deadline. A call that ends in time
 * therefore costs one comparison.
 */
public final class DeadlineSweeper implements Runnable {
  private static final long LEAST_PAUSE = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long LONGEST_PAUSE = TimeUnit.HOURS.toNanos(1);

  private final Set<Source> sources = ConcurrentHashMap.newKeySet();
  private final WorkerThreads threads;
  private final Thread thread;
  private volatile long nextSweep;
  private volatile boolean stopped;

  /** Something that has deadlines. */
  public interface Source {
    /**
     * Ends everything of this source that is overdue.
     *
     * @return the earliest deadline left, or {@link Deadlines#NONE}
     */
    long expire(long now);

    /** {@link #expire} threw: this source is not swept any more, so what it has must end. */
    void fail(Throwable cause);
  }

  /** Starts the thread. */
  public DeadlineSweeper(WorkerThreads threads) {
    this.threads = threads;
    nextSweep = System.nanoTime();
    thread = threads.platform("deadlines", this);
    thread.start();
  }

  /** Ends the thread; pending calls stay pending. */
  public void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  public void add(Source source) {
    sources.add(source);
  }

  public void remove(Source source) {
    sources.remove(source);
  }

  /** One of the sources has a new deadline. */
  public void schedule(long deadline) {
    if (deadline != Deadlines.NONE && deadline - nextSweep < 0) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      // Announced before the sweep: an earlier deadline that is added meanwhile wakes this thread.
      nextSweep = System.nanoTime() + LONGEST_PAUSE;
      long now = System.nanoTime();
      long next = now + LONGEST_PAUSE;
      for (Source source : sources) {
        next = Deadlines.earlier(next, sweep(source, now));
      }
      nextSweep = next;
      long pause = Math.max(next - System.nanoTime(), LEAST_PAUSE);
      if (!stopped) {
        LockSupport.parkNanos(this, pause);
      }
    }
  }

  private long sweep(Source source, long now) {
    try {
      return source.expire(now);
    } catch (RuntimeException | Error e) { // the other sources must still be swept
      sources.remove(source);
      threads.call(() -> source.fail(e));
      return Deadlines.NONE;
    }
  }
}
