package io.farref.ref;

import java.util.Arrays;

/**
 * What an owner knows of the workers that hold, or held, one of its values. Not thread-safe.
 *
 * <p>Per worker only the latest word is kept, as a stamp: {@code 2n} says that it holds the value
 * under number n, {@code 2n + 1} that it has released n. News are merged by maximum, so their order
 * and repetition cannot matter (G5): HOLD n is overruled by RELEASE n, whichever comes first, and
 * both by HOLD n + 1. A released stamp stays while the value lives; it is what keeps a late
 * duplicate of HOLD n from reviving anything.
 */
class Holders {
  /** The largest number a holding may have. */
  static final long MAX_NUMBER = Long.MAX_VALUE >> 1;

  private static final int[] NOBODY = {};
  private static final long[] NO_STAMPS = {};

  private int[] workers = NOBODY; // ascending up to size
  private long[] stamps = NO_STAMPS;
  private int size;
  private int holding;

  /**
   * Merges HOLD.
   *
   * @return whether the worker holds the value under just this number now
   */
  boolean hold(int worker, long number) {
    return merge(worker, number << 1) == number << 1;
  }

  /** Merges RELEASE. */
  void release(int worker, long number) {
    merge(worker, (number << 1) + 1);
  }

  /** Forgets a worker, its released stamp included: nothing of it is listened to any more (G3). */
  final void forget(int worker) {
    int at = Arrays.binarySearch(workers, 0, size, worker);
    if (at >= 0) {
      holding -= holds(stamps[at]) ? 1 : 0;
      size--;
      System.arraycopy(workers, at + 1, workers, at, size - at);
      System.arraycopy(stamps, at + 1, stamps, at, size - at);
    }
  }

  /** Forgets all workers. */
  final void clear() {
    workers = NOBODY;
    stamps = NO_STAMPS;
    size = 0;
    holding = 0;
  }

  /** Whether any worker holds the value. */
  final boolean any() {
    return holding > 0;
  }

  /** Calls back for every worker that holds the value, with its holding's number. */
  final void forEach(Visitor visitor) {
    for (int i = 0; i < size; i++) {
      if (holds(stamps[i])) {
        visitor.holder(workers[i], stamps[i] >> 1);
      }
    }
  }

  /** Takes one holder. */
  interface Visitor {
    void holder(int worker, long number);
  }

  /** Replaces a worker's stamp if the new one is later; returns the one that stands. */
  final long merge(int worker, long stamp) {
    int at = Arrays.binarySearch(workers, 0, size, worker);
    if (at < 0) {
      insert(-at - 1, worker, stamp);
    } else if (stamps[at] < stamp) {
      set(at, stamp);
    } else {
      return stamps[at];
    }
    return stamp;
  }

  private void set(int at, long stamp) {
    holding += (holds(stamp) ? 1 : 0) - (holds(stamps[at]) ? 1 : 0);
    stamps[at] = stamp;
  }

  private void insert(int at, int worker, long stamp) {
    if (size == workers.length) {
      int capacity = size + Math.max(1, size >> 1);
      workers = Arrays.copyOf(workers, capacity);
      stamps = Arrays.copyOf(stamps, capacity);
    }
    System.arraycopy(workers, at, workers, at + 1, size - at);
    System.arraycopy(stamps, at, stamps, at + 1, size - at);
    workers[at] = worker;
    stamps[at] = stamp;
    size++;
    holding += holds(stamp) ? 1 : 0;
  }

  private static boolean holds(long stamp) {
    return (stamp & 1) == 0;
  }
}
