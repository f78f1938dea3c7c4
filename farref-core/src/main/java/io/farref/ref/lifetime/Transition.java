package io.farref.ref.lifetime;

import org.jspecify.annotations.Nullable;

/**
 * A step with one value: has the lock of its part of the table until closed, and then performs the
 * effects of the step; none, if the table is closed. Not thread-safe.
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

  /** The entry that the step is about, if the table has one; none once it is closed. */
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

  /** The step is about this entry, which may have ended. Returns false once the table is closed. */
  boolean at(RefEntry known) {
    entry = known;
    return !stripe.closed();
  }

  /** Adds the entry that the step is about; nothing happens once the table is closed. */
  <E extends RefEntry> E add(E added) {
    if (!stripe.closed()) {
      stripe.add(added);
      entry = added;
    }
    return added;
  }

  /** Takes the entry that the step is about out of the table, which may then add another. */
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
