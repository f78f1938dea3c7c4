package io.farref.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a connection by their numbers. Numbers are given in turn and most calls are short, so a
 * call nearly always finds its slot of a small array free; one that does not goes into a map.
 * Thread-safe.
 *
 * @param <C> the calls
 */
final class CallTable<C extends NumberedCall> {
  private static final int SLOTS = 1024;

  private final AtomicReferenceArray<@Nullable C> slots = new AtomicReferenceArray<>(SLOTS);
  private final Map<Long, C> others = new ConcurrentHashMap<>();
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong removed = new AtomicLong();

  /** Adds a call. */
  void add(C call) {
    added.getAndIncrement();
    long number = call.number();
    if (!slots.compareAndSet(slot(number), null, call)) {
      others.put(number, call);
    }
  }

  /** The call of a number, if it is there. */
  @Nullable C get(long number) {
    C call = slots.get(slot(number));
    return call != null && call.number() == number ? call : others.get(number);
  }

  /** Removes the call of a number; null if it is not there (any more). */
  @Nullable C remove(long number) {
    int slot = slot(number);
    C call = slots.get(slot);
    if (call == null || call.number() != number) {
      call = others.remove(number); // isEmpty() may say so while others come and go
    } else if (!slots.compareAndSet(slot, call, null)) {
      call = null;
    }
    if (call != null) {
      removed.getAndIncrement();
    }
    return call;
  }

  /** Removes a call, if it is there. */
  void remove(C call) {
    long number = call.number();
    if (slots.compareAndSet(slot(number), call, null) || others.remove(number, call)) {
      removed.getAndIncrement();
    }
  }

  /** How many there are; exact when nobody adds or removes. */
  int size() {
    // In this order, or a call that is added and removed between the two could make it negative.
    long gone = removed.get();
    return Math.toIntExact(added.get() - gone);
  }

  /** The calls; at least those that are there from the beginning to the end of this. */
  List<C> list() {
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
