package io.farref.ref.lifetime;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** The stamps of several {@link Holders} of one value. Not thread-safe. */
final class ManyHolders {
  private int[] workers = new int[2]; // ascending up to size
  private long[] stamps = new long[2];
  private int size;
  private int holding;

  /** Forgets a worker and its stamp. */
  void forget(int worker) {
    int at = Arrays.binarySearch(workers, 0, size, worker);
    if (at >= 0) {
      holding -= Holders.holds(stamps[at]) ? 1 : 0;
      size--;
      System.arraycopy(workers, at + 1, workers, at, size - at);
      System.arraycopy(stamps, at + 1, stamps, at, size - at);
    }
  }

  /** Whether any worker holds the value. */
  boolean any() {
    return holding > 0;
  }

  boolean isHolder(int worker) {
    int at = Arrays.binarySearch(workers, 0, size, worker);
    return at >= 0 && Holders.holds(stamps[at]);
  }

  boolean isKnown(int worker) {
    return Arrays.binarySearch(workers, 0, size, worker) >= 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void forEachKnown(IntConsumer visitor) {
    for (int i = 0; i < size; i++) {
      visitor.accept(workers[i]);
    }
  }

  /** Calls back for every worker that holds the value, with its holding's number. */
  void forEach(Holders.Visitor visitor) {
    for (int i = 0; i < size; i++) {
      if (Holders.holds(stamps[i])) {
        visitor.holder(workers[i], stamps[i] >> 1);
      }
    }
  }

  /** Replaces a worker's stamp if the new one is later; returns the one that stands. */
  long merge(int worker, long stamp) {
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
    holding += (Holders.holds(stamp) ? 1 : 0) - (Holders.holds(stamps[at]) ? 1 : 0);
    stamps[at] = stamp;
  }

  private void insert(int at, int worker, long stamp) {
    if (size == workers.length) {
      int capacity = size + (size >> 1);
      workers = Arrays.copyOf(workers, capacity);
      stamps = Arrays.copyOf(stamps, capacity);
    }
    System.arraycopy(workers, at, workers, at + 1, size - at);
    System.arraycopy(stamps, at, stamps, at + 1, size - at);
    workers[at] = worker;
    stamps[at] = stamp;
    size++;
    holding += Holders.holds(stamp) ? 1 : 0;
  }
}
