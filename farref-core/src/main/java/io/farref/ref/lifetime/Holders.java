package io.farref.ref.lifetime;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The workers that hold, or held, one of the owner's values. Not thread-safe.
 *
 * <p>Per worker only its latest message is kept, as a stamp: {@code 2n} says that it holds the
 * value under number n, {@code 2n + 1} that it has released n. Stamps are merged by maximum, so the
 * order and repetition of messages cannot matter (G5): HOLD n is overruled by RELEASE n, whichever
 * comes first, and both by HOLD n + 1. A released stamp stays while the value lives: a tombstone,
 * which keeps a late duplicate of HOLD n from reviving anything.
 *
 * <p>Most values are held by one worker only, ever: its stamp lies here, without arrays.
 */
class Holders {
  /** The largest number a holding may have. */
  static final long MAX_NUMBER = Long.MAX_VALUE >> 1;

  private static final int NOBODY = -1;

  private int worker = NOBODY; // the only one
  private long stamp;
  private @Nullable ManyHolders set; // has all stamps if there was ever more than one

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

  /** Whether a worker holds the value. */
  final boolean isHolder(int holder) {
    return set == null ? worker == holder && holds(stamp) : set.isHolder(holder);
  }

  /** Whether a worker holds the value, or has a tombstone. */
  final boolean isKnown(int holder) {
    return set == null ? worker == holder : set.isKnown(holder);
  }

  /** Whether there is nothing to remember of any worker. */
  final boolean isEmpty() {
    return set == null ? worker == NOBODY : set.isEmpty();
  }

  /** Calls back for every worker that is known. */
  final void forEachKnown(IntConsumer visitor) {
    if (set != null) {
      set.forEachKnown(visitor);
    } else if (worker != NOBODY) {
      visitor.accept(worker);
    }
  }

  /** Forgets a worker, its tombstone included: its messages are ignored from now on (G3). */
  final void forget(int gone) {
    if (set != null) {
      set.forget(gone);
    } else if (worker == gone) {
      worker = NOBODY;
    }
  }

  /** Forgets all workers. */
  final void clear() {
    worker = NOBODY;
    set = null;
  }

  /** Whether any worker holds the value. */
  final boolean any() {
    return set == null ? worker != NOBODY && holds(stamp) : set.any();
  }

  /** Calls back for every worker that holds the value, with its holding's number. */
  final void forEach(Visitor visitor) {
    if (set != null) {
      set.forEach(visitor);
    } else if (any()) {
      visitor.holder(worker, stamp >> 1);
    }
  }

  /** Takes one holder. */
  interface Visitor {
    void holder(int worker, long number);
  }

  /** Replaces a worker's stamp if the new one is later; returns the one that stands. */
  final long merge(int sender, long added) {
    if (set == null) {
      if (worker == NOBODY) {
        worker = sender;
        stamp = added;
        return added;
      }
      if (worker == sender) {
        stamp = Math.max(stamp, added);
        return stamp;
      }
      set = new ManyHolders();
      set.merge(worker, stamp);
    }
    return set.merge(sender, added);
  }

  static boolean holds(long stamp) {
    return (stamp & 1) == 0;
  }
}
