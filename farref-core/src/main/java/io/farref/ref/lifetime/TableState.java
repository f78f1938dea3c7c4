package io.farref.ref.lifetime;

import java.util.Set;
import java.util.function.Function;

/**
 * The state of a table that belongs to no single entry. Thread-safe.
 *
 * @param self the id of the table's worker
 * @param lost the workers that are lost
 * @param quotas of the values that each other worker holds
 * @param unsettled of the transfers from each worker that wait until the owner has answered
 * @param newOwner makes the entry of a value that lives on this worker
 */
record TableState(
    int self,
    LifetimeTable.Listener listener,
    Set<Integer> lost,
    Quotas quotas,
    Quotas unsettled,
    CreationWatermarks creations,
    Function<ValueId, OwnerEntry> newOwner) {
  boolean isLost(int worker) {
    return lost.contains(worker);
  }
}
