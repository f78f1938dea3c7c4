package io.farref.ref;

import io.farref.Unreferenced;
import io.farref.call.Threads;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in their places, and out of them, and knows what is to be done when a value has left
 * its last one. Thread-safe.
 */
final class Places {
  private static final System.Logger LOG = System.getLogger(Places.class.getPackageName());

  private final Threads threads;

  /** In how many places a value is that wants to know when it is in none. Guarded by itself. */
  private final IdentityHashMap<Unreferenced, Integer> counts = new IdentityHashMap<>();

  Places(Threads threads) {
    this.threads = threads;
  }

  /** Puts a value in its place. If that is taken, or given up, nothing here refers to the value. */
  void put(ValueSlot slot, @Nullable Object value) {
    retain(value);
    if (!slot.offer(value)) {
      release(value);
    }
  }

  /** A value that has no place, and gets none. */
  void turnAway(@Nullable Object value) {
    retain(value);
    release(value);
  }

  /** Nothing refers to the value of this place any more. */
  void free(ValueSlot slot) {
    release(slot.take());
  }

  /** Gives a place up: it stays empty for this reason, or is emptied. */
  void lose(ValueSlot slot, Supplier<? extends RuntimeException> why) {
    if (!slot.isReady()) {
      slot.failure(why.get());
    }
    free(slot);
  }

  private void retain(@Nullable Object value) {
    if (value instanceof Guard guard) {
      guard.retain();
    } else if (value instanceof Unreferenced counted) {
      synchronized (counts) {
        counts.merge(counted, 1, Integer::sum);
      }
    }
  }

  private void release(@Nullable Object value) {
    if (value instanceof Guard guard) {
      guard.release();
    } else if (value instanceof Unreferenced counted) {
      boolean last;
      synchronized (counts) {
        last = counts.computeIfPresent(counted, (_, n) -> n == 1 ? null : n - 1) == null;
      }
      if (last) {
        threads.call(() -> tell(counted));
      }
    }
  }

  private static void tell(Unreferenced value) {
    try {
      value.unreferenced();
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "unreferenced() of a " + value.getClass().getName() + " threw",
          e);
    }
  }
}
