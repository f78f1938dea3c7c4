package io.farref.call;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of one connection that run on threads of their own begin in the order in which
 * they arrived. Thread-safe.
 */
final class StartOrder {
  /**
   * A call in the line may not get to its beginning for long: decoding runs foreign code, which may
   * even wait for a later call. Then progress goes before order.
   */
  private static final long PATIENCE_SECONDS = 1;

  private @Nullable Place last;

  /** Whether whoever has a place has begun. */
  synchronized boolean isClear() {
    return last == null || last.hasBegun();
  }

  /** Takes the next place in the line. */
  synchronized Place queue() {
    Place mine = new Place(last == null || last.hasBegun() ? null : last);
    last = mine;
    return mine;
  }

  /** A place in the line. */
  static final class Place {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable Place before;

    Place(@Nullable Place before) {
      this.before = before;
    }

    /** Waits until all before have begun, then begins. */
    void begin() {
      Place ahead = before;
      if (ahead != null) {
        ahead.await();
        before = null;
      }
      begun.countDown();
    }

    private void await() {
      try {
        boolean unused = begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean hasBegun() {
      return begun.getCount() == 0;
    }
  }
}
