package io.farref.ref;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step with one value: has the lock of its part of the table until closed, and then performs what
 * the step wants done; nothing, if the table is closed. Not thread-safe.
 */
final class Step extends Effects implements AutoCloseable {
  private final Stripe stripe;
  private final LifetimeTable.Listener listener;
  private @Nullable Entry entry;

  /** Takes the lock. */
  Step(Stripe stripe, int self, Set<Integer> lost, Quotas quotas, LifetimeTable.Listener listener) {
    super(self, lost, quotas);
    this.stripe = stripe;
    this.listener = listener;
    stripe.lock();
  }

  /** The entry that the step is about, if the table has one; none once it is closed. */
  @Nullable Entry find(ValueId id) {
    entry = stripe.get(id);
    return entry;
  }

  /** The step is about this entry. Returns false once the table is closed. */
  boolean at(Entry known) {
    entry = known;
    return !stripe.closed();
  }

  /** Adds the entry that the step is about; nothing happens once the table is closed. */
  <E extends Entry> E add(E added) {
    if (!stripe.closed()) {
      stripe.add(added);
      entry = added;
    }
    return added;
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
      perform(listener);
    }
  }
}
