package io.farref.ref;

import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.LossReason;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in for values of this worker that are still awaited when a reference to them comes.
 * Whether the token of the reference is right is known when the value comes; until then an empty
 * slot of its own stands in for it. Each worker can have so many waiting here as it may hold
 * values: they cost memory, and forged ones would wait for ever. Thread-safe.
 */
final class StandIns {
  private final int self;
  private final LifetimeTable table;
  private final ValueRetention retention;
  private final LossMessages lossMessages;
  private final int most;
  private final Map<OwnerEntry, StandIn> waiting = new ConcurrentHashMap<>();

  /** How many wait, by the worker that passed the references. */
  private final Map<Integer, Integer> counts = new ConcurrentHashMap<>();

  StandIns(
      int self,
      LifetimeTable table,
      ValueRetention retention,
      LossMessages lossMessages,
      int most) {
    this.self = self;
    this.table = table;
    this.retention = retention;
    this.lossMessages = lossMessages;
    this.most = most;
  }

  /**
   * A value of its own, with a handle.
   *
   * @param awaited with a handle, which this takes over
   * @param token came with the reference
   * @param from the worker that passed it
   */
  OwnerEntry of(OwnerEntry awaited, long token, int from) {
    OwnerEntry entry = (OwnerEntry) table.open(self);
    StandIn made = new StandIn(entry, awaited, token, from);
    if (counts.merge(from, 1, Integer::sum) > most) {
      ValueSlot.of(entry).failure(lossMessages.why(awaited.id(), LossReason.OVER_LIMIT));
      made.end();
    } else {
      waiting.put(entry, made);
      ValueSlot.of(awaited).whenReady(made);
    }
    return entry;
  }

  /** No reference leads to this value of this worker any more. */
  void freed(OwnerEntry entry) {
    StandIn freed = waiting.isEmpty() ? null : waiting.remove(entry);
    if (freed != null) {
      ValueSlot.of(freed.awaited).forget(freed);
      freed.end();
    }
  }

  /** One that waits for the value for which it stands; runs when that is there. */
  private final class StandIn implements Runnable {
    private final OwnerEntry entry;
    private final OwnerEntry awaited;
    private final long token;
    private final int from;

    StandIn(OwnerEntry entry, OwnerEntry awaited, long token, int from) {
      this.entry = entry;
      this.awaited = awaited;
      this.token = token;
      this.from = from;
    }

    @Override
    public void run() {
      ValueSlot slot = ValueSlot.of(entry);
      try {
        if (!table.vouches(awaited, token)) {
          throw lossMessages.why(awaited.id(), LossReason.NOT_GIVEN);
        }
        retention.put(slot, ValueSlot.of(awaited).get());
      } catch (Throwable e) {
        slot.failure(e);
      }
      if (table.owned(entry.id()) != entry) {
        retention.free(slot); // it was freed before it had the value
      }
      if (waiting.remove(entry, this)) {
        end();
      }
    }

    private void end() {
      counts.computeIfPresent(from, (_, n) -> n == 1 ? null : n - 1);
      table.release(awaited);
    }
  }
}
