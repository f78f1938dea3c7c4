package io.farref.call;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of one connection begin in the order in which they arrived, whichever threads run
 * them. Thread-safe.
 */
final class StartOrder {
  /**
   * A call may be long in coming to its beginning: decoding runs foreign code, which may even wait
   * for a later call. Then progress goes before order.
   */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  /**
   * How long one that has begun gets to do its first thing before the next begins, unless it ends
   * or waits before that. What is known to compute for long gets less, for it must be able to do so
   * side by side; anything else that still runs most likely only lacks a processor.
   */
  private static final long HEAD_START = Watchdog.LONGEST_RUN;

  private static final long SHORT_HEAD_START = TimeUnit.MICROSECONDS.toNanos(200);

  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(20);

  private final AtomicReference<@Nullable Place> last = new AtomicReference<>();

  /** Whether whoever came next would not have to wait. */
  boolean isClear() {
    Place end = last.get();
    if (end == null) {
      return true;
    }
    if (end.ended) {
      last.compareAndSet(end, null); // a connection that is quick again need not look at it again
      return true;
    }
    return end.isUnderWay();
  }

  /** Takes the next place in the line. */
  Place queue() {
    Place mine = new Place();
    mine.before = last.getAndSet(mine);
    return mine;
  }

  /** A place in the line. One thread at a time uses it. */
  static final class Place {
    private volatile @Nullable Place before;
    private volatile boolean ended;
    private volatile @Nullable Thread next;
    private volatile @Nullable Thread runner;
    private long headStartEnds;

    /** Whether all before are under way. */
    boolean isFirst() {
      Place ahead = before;
      if (ahead == null) {
        return true;
      }
      if (!ahead.isUnderWay()) {
        return false;
      }
      before = null;
      return true;
    }

    private boolean isUnderWay() {
      if (ended) {
        return true;
      }
      Thread on = runner;
      return on != null
          && (System.nanoTime() - headStartEnds > 0 || on.getState() != Thread.State.RUNNABLE);
    }

    /**
     * Waits until all before are under way, then begins.
     *
     * @param isLong whether it is known to compute for long
     */
    void begin(boolean isLong) {
      Place ahead = before;
      if (ahead != null) {
        ahead.await();
      }
      begun(Thread.currentThread(), isLong);
    }

    /** That thread has begun already, with all before it under way. */
    void begun(Thread on, boolean isLong) {
      before = null; // or a connection's calls would hang together for ever
      headStartEnds = System.nanoTime() + (isLong ? SHORT_HEAD_START : HEAD_START);
      runner = on;
      LockSupport.unpark(next);
    }

    /** The call has been run, or never will be. */
    void end() {
      ended = true;
      runner = null;
      LockSupport.unpark(next);
    }

    private void await() {
      if (isUnderWay()) {
        return;
      }
      Turn.yieldCurrent();
      next = Thread.currentThread(); // before it looks again, as begin() does the reverse
      long end = System.nanoTime() + PATIENCE;
      boolean interrupted = false;
      for (long left = PATIENCE; !isUnderWay() && left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(this, runner == null ? left : PAUSE);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
