package io.farref.ref;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.Unreferenced;
import io.farref.exec.WorkerThreads;
import io.farref.ref.guard.Guard;
import io.farref.ref.guard.ValueSlot;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts values into slots and takes them out. Counts the slots of each {@link Unreferenced} value,
 * and notifies it when it has left the last one. Thread-safe.
 */
final class ValueRetention {
  private static final System.Logger LOG = System.getLogger(ValueRetention.class.getPackageName());

  private final WorkerThreads threads;

  /** In how many slots a value is. */
  @GuardedBy("counts")
  private final IdentityHashMap<Unreferenced, Integer> counts = new IdentityHashMap<>();

  ValueRetention(WorkerThreads threads) {
    this.threads = threads;
  }

  /** Puts a value into a slot. If the slot has an outcome already, the value is discarded. */
  void put(ValueSlot slot, @Nullable Object value) {
    retain(value);
    if (!slot.offer(value)) {
      release(value);
    }
  }

  /** Discards a value that gets no slot. */
  void discard(@Nullable Object value) {
    retain(value);
    release(value);
  }

  /** No reference leads to this slot any more. */
  void free(ValueSlot slot) {
    release(slot.take());
  }

  /** The value of a slot is lost: the slot gets this failure if it is empty, or is emptied. */
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
