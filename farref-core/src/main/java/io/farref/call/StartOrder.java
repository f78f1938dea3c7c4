package io.farref.call;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of one connection that run on threads of their own start in the order in which they
 * arrived: one begins when the one before it has ended, waits for something, or has run for long.
 * Thread-safe.
 */
final class StartOrder {
  /**
   * A call in the line may not get to its beginning for long: decoding runs foreign code, which may
   * even wait for a later call. Then progress goes before order.
   */
  private static final long PATIENCE_SECONDS = 1;

  private static final int YIELDS = 100;
  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

  private @Nullable Place last;

  /** Whether nobody in the line need be waited for. */
  synchronized boolean isClear() {
    if (last != null && last.isPast()) {
      last = null;
    }
    return last == null;
  }

  /** Takes the next place in the line. */
  synchronized Place queue() {
    Place mine = new Place(isClear() ? null : last);
    last = mine;
    return mine;
  }

  /** A place in the line. */
  static final class Place {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable Place before;
    private volatile @Nullable Thread runner;
    private volatile long since;
    private volatile boolean ended;

    Place(@Nullable Place before) {
      this.before = before;
    }

    /** Waits for those before, then begins on the current thread. */
    void begin() {
      Place ahead = before;
      if (ahead != null) {
        ahead.awaitPast();
        before = null;
      }
      since = System.nanoTime();
      runner = Thread.currentThread();
      begun.countDown();
    }

    /** The call has run. */
    void end() {
      ended = true;
      runner = null;
    }

    private boolean isPast() {
      Thread running = runner;
      return ended
          || (running != null
              && (running.getState() != Thread.State.RUNNABLE
                  || System.nanoTime() - since > Watchdog.LONGEST_RUN));
    }

    private void awaitPast() {
      try {
        if (!begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      for (int i = 0; !isPast(); i++) {
        if (i < YIELDS) {
          Thread.yield();
        } else {
          LockSupport.parkNanos(this, PAUSE);
        }
      }
    }
  }
}
