package io.farref.ref.lifetime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what each other worker has here, such as the values of this worker that it holds, and
 * knows how many it may have. The messages of one worker come over one connection, so its count is
 * seldom contended. Thread-safe.
 */
final class Quotas {
  private static final int LEAST_UNSETTLED = 1 << 16;

  private final int limit;
  private final Map<Integer, AtomicLong> counts = new ConcurrentHashMap<>();

  Quotas(int limit) {
    this.limit = limit;
  }

  /**
   * For transfers that wait for the answer of an owner, where they count for their receiver: so one
   * passer may have a part only of what the receiver may hold.
   */
  static Quotas ofUnsettled(int maxHeld) {
    return new Quotas(Math.max(maxHeld / 4, LEAST_UNSETTLED));
  }

  int limit() {
    return limit;
  }

  /** A worker has so many more, or less. */
  void add(int worker, int change) {
    AtomicLong count = counts.get(worker);
    if (count == null) {
      count = counts.computeIfAbsent(worker, _ -> new AtomicLong());
    }
    count.addAndGet(change);
  }

  /** Whether a worker has as many as it may. */
  boolean isFull(int worker) {
    AtomicLong count = counts.get(worker);
    return count != null && count.get() >= limit;
  }

  /** A worker is lost. */
  void forget(int worker) {
    counts.remove(worker);
  }
}
