package io.farref.ref.lifetime;

import io.farref.bytes.MalformedException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The record of values that were created on this worker, by creator. Thread-safe. */
final class CreationWatermarks {
  /** A number of creations that can come out of order by chance. */
  private static final int LEAST_OUT_OF_ORDER = 1 << 16;

  private final int self;
  private final Supplier<CreationWatermark> newCreations;
  private final int maxOutOfOrder;
  private final Map<Integer, CreationWatermark> byCreator = new ConcurrentHashMap<>();

  CreationWatermarks(int self, Supplier<CreationWatermark> newCreations, int maxOutOfOrder) {
    this.self = self;
    this.newCreations = newCreations;
    this.maxOutOfOrder = Math.max(maxOutOfOrder, LEAST_OUT_OF_ORDER);
  }

  /**
   * Records that the creation of another worker's value has come, or VOID in its place.
   *
   * @return false if it had come before
   * @throws MalformedException if too many came before their predecessors
   */
  boolean add(ValueId id) {
    CreationWatermark known = byCreator.get(id.creator());
    if (known == null) {
      known = byCreator.computeIfAbsent(id.creator(), _ -> newCreations.get());
    }
    boolean added = known.add(id.number());
    if (added && known.outOfOrder() > maxOutOfOrder) {
      throw new MalformedException(
          "more than "
              + maxOutOfOrder
              + " creations of worker "
              + id.creator()
              + " came before earlier ones");
    }
    return added;
  }

  /** Whether a value on this worker was created; a value that it made itself always was. */
  boolean contains(ValueId id) {
    if (id.creator() == self) {
      return true;
    }
    CreationWatermark known = byCreator.get(id.creator());
    return known != null && known.contains(id.number());
  }
}
