package io.farref.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a connection by their numbers. Numbers are assigned in sequence and most calls are
 * short, so the slot of a call in a small array is nearly always free; if it is not, the call goes
 * into a map. Thread-safe.
 *
 * @param <C> the type of the calls
 */
public final class CallTable<C extends NumberedCall> {
  private static final int SLOTS = 1024;

  private final AtomicReferenceArray<@Nullable C> slots = new AtomicReferenceArray<>(SLOTS);
  private final Map<Long, C> others = new ConcurrentHashMap<>();
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong removed = new AtomicLong();

  /** Adds a call. */
  public void add(C call) {
    added.getAndIncrement();
    long number = call.number();
    if (!slots.compareAndSet(slot(number), null, call)) {
      others.put(number, call);
    }
  }

  /** The call with that number; null if it is not in the table. */
  public @Nullable C get(long number) {
    C call = slots.get(slot(number));
    return call != null && call.number() == number ? call : others.get(number);
  }

  /** Removes the call with that number; null if it is not in the table. */
  public @Nullable C remove(long number) {
    int slot = slot(number);
    C call = slots.get(slot);
    if (call == null || call.number() != number) {
      call = others.remove(number); // no isEmpty() first: it may miss calls that others add
    } else if (!slots.compareAndSet(slot, call, null)) {
      call = null;
    }
    if (call != null) {
      removed.getAndIncrement();
    }
    return call;
  }

  /** Removes a call if it is in the table. */
  public void remove(C call) {
    long number = call.number();
    if (slots.compareAndSet(slot(number), call, null) || others.remove(number, call)) {
      removed.getAndIncrement();
    }
  }

  /** How many calls there are; exact while no call is added or removed. */
  public int size() {
    // In this order: a call added and removed between the two reads must not make it negative.
    long gone = removed.get();
    return Math.toIntExact(added.get() - gone);
  }

  /** The calls; contains at least those that stay in the table while this method runs. */
  public List<C> list() {
    List<C> all = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      C call = slots.get(i);
      if (call != null) {
        all.add(call);
      }
    }
    all.addAll(others.values());
    return all;
  }

  private static int slot(long number) {
    return (int) number & (SLOTS - 1);
  }
}
