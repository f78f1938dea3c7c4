package io.farref.ref;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Which values have been created on this worker, by whomever. Thread-safe. */
final class KnownCreations {
  private final int self;
  private final Supplier<Creations> newCreations;
  private final Map<Integer, Creations> byCreator = new ConcurrentHashMap<>();

  KnownCreations(int self, Supplier<Creations> newCreations) {
    this.self = self;
    this.newCreations = newCreations;
  }

  /**
   * Records that another worker's creation, or word that it will never come, has come.
   *
   * @return false if it had come before
   */
  boolean add(ValueId id) {
    Creations known = byCreator.get(id.creator());
    if (known == null) {
      known = byCreator.computeIfAbsent(id.creator(), _ -> newCreations.get());
    }
    return known.add(id.number());
  }

  /** Whether a value of this worker's was created; those it makes itself always were. */
  boolean contains(ValueId id) {
    if (id.creator() == self) {
      return true;
    }
    Creations known = byCreator.get(id.creator());
    return known != null && known.contains(id.number());
  }
}
