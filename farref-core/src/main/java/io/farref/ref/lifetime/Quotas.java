package io.farref.ref.lifetime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts how many values of this worker each other worker holds, and knows how many it may hold.
 * The messages of one worker come over one connection, so its count is seldom contended.
 * Thread-safe.
 */
final class Quotas {
  private final int limit;
  private final Map<Integer, AtomicLong> counts = new ConcurrentHashMap<>();

  Quotas(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  /** A worker holds one more, or one less. */
  void add(int worker, int change) {
    AtomicLong count = counts.get(worker);
    if (count == null) {
      count = counts.computeIfAbsent(worker, _ -> new AtomicLong());
    }
    count.addAndGet(change);
  }

  /** Whether a worker holds as many as it may. */
  boolean isFull(int worker) {
    AtomicLong count = counts.get(worker);
    return count != null && count.get() >= limit;
  }

  /** A worker is lost. */
  void forget(int worker) {
    counts.remove(worker);
  }
}
