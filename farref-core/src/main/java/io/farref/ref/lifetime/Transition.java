package io.farref.ref.lifetime;

import org.jspecify.annotations.Nullable;

/**
 * A transition of the state of one value: has the lock of its part of the table until closed, and
 * then performs its effects; none, if the table is closed. Not thread-safe.
 */
final class Transition extends Effects implements AutoCloseable {
  private final TableState table;
  private final Stripe stripe;
  private @Nullable RefEntry entry;

  /** Takes the lock. */
  Transition(Stripe stripe, TableState table) {
    super(table);
    this.table = table;
    this.stripe = stripe;
    stripe.lock();
  }

  /** The entry of the transition, if the table has one; none once it is closed. */
  @Nullable RefEntry find(ValueId id) {
    entry = stripe.get(id);
    return entry;
  }

  /**
   * As {@link #find}, for a value of this worker. If the call that creates the value can still
   * come, an entry is made that awaits it.
   *
   * @return null if the value is gone, see {@link #reasonForAbsence}, or the table is closed
   */
  @Nullable OwnerEntry findOrAwait(ValueId id) {
    OwnerEntry found = (OwnerEntry) find(id);
    if (found != null
        || stripe.closed()
        || table.creations().contains(id)
        || table.isLost(id.creator())) {
      return found;
    }
    return add(table.newOwner().apply(id));
  }

  /** Why the table has no entry of a value of this worker. */
  LossReason reasonForAbsence(ValueId id) {
    return table.creations().contains(id) ? LossReason.FREED : LossReason.CREATOR_LOST;
  }

  /**
   * The entry of the transition is this one, which may have ended. Returns false once the table is
   * closed.
   */
  boolean at(RefEntry known) {
    entry = known;
    return !stripe.closed();
  }

  /** Adds the entry of the transition; nothing happens once the table is closed. */
  <E extends RefEntry> E add(E added) {
    if (!stripe.closed()) {
      stripe.add(added);
      entry = added;
    }
    return added;
  }

  /**
   * An entry of a reference that is dead on arrival, with one handle; it is in no table.
   *
   * @param token came with the reference
   */
  RefEntry dead(ValueId id, long token, LossReason reason) {
    return id.owner() == table.self()
        ? table.newOwner().apply(id).asDead(token, reason, this)
        : ReceivedEntry.dead(id, token, reason, this);
  }

  /** Removes the entry of the transition from the table, so that another one can be added. */
  void replace() {
    if (entry != null) {
      stripe.remove(entry);
      entry = null;
    }
  }

  /** Whether the table is closed. */
  boolean closed() {
    return stripe.closed();
  }

  @Override
  public void close() {
    boolean closed = stripe.closed();
    if (entry != null && entry.ended()) {
      stripe.remove(entry);
    }
    stripe.unlock();
    if (!closed) {
      perform();
    }
  }
}
