package io.farref.ref;

import io.farref.Unreferenced;
import io.farref.call.Threads;
import java.util.IdentityHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The places of the values that live on one worker, and what is to be done when a value has left
 * its last place. Thread-safe.
 */
final class Places {
  private static final System.Logger LOG = System.getLogger(Places.class.getPackageName());

  private final Threads threads;
  private final ConcurrentMap<ValueId, ValueSlot> slots = new ConcurrentHashMap<>();

  /** In how many places a value is that wants to know when it is in none. Guarded by itself. */
  private final IdentityHashMap<Unreferenced, Integer> counts = new IdentityHashMap<>();

  Places(Threads threads) {
    this.threads = threads;
  }

  /** The place of a value, which is made if there is none. */
  ValueSlot of(ValueId id) {
    return slots.computeIfAbsent(id, _ -> new ValueSlot());
  }

  /** The place of a value, if there is one. */
  @Nullable ValueSlot find(ValueId id) {
    return slots.get(id);
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

  /** Nothing refers to this value under this id any more. */
  void drop(ValueId id) {
    ValueSlot slot = slots.remove(id);
    if (slot != null) {
      release(slot.valueOrNull());
    }
  }

  /** Gives up every place: those that are still empty stay so, for this reason. */
  void close(RuntimeException why) {
    for (ValueId id : slots.keySet()) {
      ValueSlot slot = slots.get(id);
      if (slot != null) {
        slot.failure(why);
      }
      drop(id);
    }
  }

  private void retain(@Nullable Object value) {
    if (value instanceof Unreferenced counted) {
      synchronized (counts) {
        counts.merge(counted, 1, Integer::sum);
      }
    }
  }

  private void release(@Nullable Object value) {
    if (value instanceof Unreferenced counted) {
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
