package io.farref.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether this worker may have those struck off the group that it does not reach any more. Not if
 * it is on the smaller side of a partition: then the others strike it off. Of two halves it is the
 * one with the lowest id. Thread-safe.
 */
final class Quorum {
  private final long memoryNanos;
  private final Map<Integer, Long> unreached = new HashMap<>();

  /**
   * @param memoryNanos those who were lost within so long are counted together
   */
  Quorum(long memoryNanos) {
    this.memoryNanos = memoryNanos;
  }

  /** A worker cannot be reached any more. */
  synchronized void lost(int worker, long now) {
    unreached.put(worker, now);
  }

  /**
   * Asked some time after a loss, when the others that were lost with it are known too.
   *
   * @param present those whom this worker reaches, itself included
   */
  synchronized boolean holds(Set<Integer> present, long now) {
    unreached.values().removeIf(at -> now - at > memoryNanos);
    Set<Integer> all = new HashSet<>(present);
    all.addAll(unreached.keySet());
    int here = 2 * present.size();
    return here > all.size()
        || (here == all.size()
            && present.contains(all.stream().mapToInt(Integer::intValue).min().orElseThrow()));
  }
}
