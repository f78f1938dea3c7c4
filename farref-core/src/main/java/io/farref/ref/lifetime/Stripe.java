package io.farref.ref.lifetime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of the table, and the lock of its entries. It is a hash table with linear probing, since a
 * node for each entry would cost as much as the entry. Callers hold the lock, from {@link #lock} to
 * {@link #unlock}; {@code @GuardedBy} cannot express that for a lock that other methods take.
 */
class Stripe {
  private static final int SMALLEST = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable RefEntry[] slots = new RefEntry[SMALLEST]; // a power of two
  private int size;
  private int owned;
  private boolean closed;

  final void lock() {
    lock.lock();
  }

  final void unlock() {
    lock.unlock();
  }

  final @Nullable RefEntry get(ValueId id) {
    @Nullable RefEntry[] all = slots;
    int mask = all.length - 1;
    for (int i = id.hashCode() & mask; ; i = i + 1 & mask) {
      RefEntry entry = all[i];
      if (entry == null || entry.isOf(id)) {
        return entry;
      }
    }
  }

  /** Adds an entry of a value that has none here. */
  final void add(RefEntry entry) {
    if (++size > slots.length - (slots.length >> 2)) {
      resize(slots.length << 1);
    }
    place(entry);
    owned += entry instanceof OwnerEntry ? 1 : 0;
  }

  private void place(RefEntry entry) {
    int mask = slots.length - 1;
    int at = entry.hash() & mask;
    while (slots[at] != null) {
      at = at + 1 & mask;
    }
    slots[at] = entry;
  }

  private void resize(int capacity) {
    @Nullable RefEntry[] before = slots;
    slots = new RefEntry[capacity];
    for (RefEntry entry : before) {
      if (entry != null) {
        place(entry);
      }
    }
  }

  /** Removes an entry; does nothing if it is not here. */
  void remove(RefEntry entry) {
    int mask = slots.length - 1;
    int hole = entry.hash() & mask;
    while (slots[hole] != entry) {
      if (slots[hole] == null) {
        return;
      }
      hole = hole + 1 & mask;
    }
    close(hole);
    owned -= entry instanceof OwnerEntry ? 1 : 0;
    if (--size < slots.length >> 3 && slots.length > SMALLEST) {
      resize(slots.length >> 1);
    }
  }

  /** Empties a slot, so that entries which it displaced are still found. */
  private void close(int hole) {
    int mask = slots.length - 1;
    int open = hole;
    int at = hole + 1 & mask;
    for (RefEntry next = slots[at]; next != null; next = slots[at]) {
      int home = next.hash() & mask;
      if ((at - home & mask) >= (at - open & mask)) {
        slots[open] = next;
        open = at;
      }
      at = at + 1 & mask;
    }
    slots[open] = null;
  }

  /** Changes every entry; removes those that it ended. */
  final void forEach(Consumer<RefEntry> step) {
    List<RefEntry> ended = new ArrayList<>();
    for (RefEntry entry : slots) {
      if (entry != null) {
        step.accept(entry);
        if (entry.ended()) {
          ended.add(entry);
        }
      }
    }
    ended.forEach(this::remove);
  }

  /** Forgets all entries, and takes no more. */
  final void close() {
    slots = new RefEntry[SMALLEST];
    size = 0;
    owned = 0;
    closed = true;
  }

  boolean closed() {
    return closed;
  }

  /** How many values of other workers are here. */
  final int held() {
    return size - owned;
  }

  /** How many values of this worker are here. */
  final int owned() {
    return owned;
  }
}
