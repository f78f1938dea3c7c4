package io.farref.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether this worker may evict workers that it can no longer reach. On the smaller side of
 * a partition it may not: the larger side evicts the smaller one. Of two halves, the one that
 * contains the lowest id counts as the larger. Thread-safe.
 */
final class PartitionGuard {
  private final long memoryNanos;
  private final Map<Integer, Long> unreached = new HashMap<>();

  /**
   * @param memoryNanos workers that were lost within this time count as lost to one partition
   */
  PartitionGuard(long memoryNanos) {
    this.memoryNanos = memoryNanos;
  }

  /** A worker cannot be reached any more. */
  synchronized void lost(int worker, long now) {
    unreached.put(worker, now);
  }

  /**
   * Whether this worker may evict. To be asked some time after a loss, when the other workers that
   * were lost to the same partition are known too.
   *
   * @param present the workers that this one reaches, itself included
   */
  synchronized boolean mayEvict(Set<Integer> present, long now) {
    unreached.values().removeIf(at -> now - at > memoryNanos);
    Set<Integer> all = new HashSet<>(present);
    all.addAll(unreached.keySet());
    int here = 2 * present.size();
    return here > all.size()
        || (here == all.size()
            && present.contains(all.stream().mapToInt(Integer::intValue).min().orElseThrow()));
  }
}
