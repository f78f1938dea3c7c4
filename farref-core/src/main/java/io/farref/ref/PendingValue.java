package io.farref.ref;

import io.farref.call.ReferenceLayer.Result;
import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A value that is being created: one handle of the table, until the outcome is in its slot. */
final class PendingValue implements Result {
  private final LifetimeTable table;
  private final ValueRetention places;
  private final OwnerEntry entry;
  private final AtomicBoolean filled = new AtomicBoolean();

  PendingValue(LifetimeTable table, ValueRetention places, OwnerEntry entry) {
    this.table = table;
    this.places = places;
    this.entry = entry;
  }

  @Override
  public void value(@Nullable Object value) {
    if (filled.compareAndSet(false, true)) {
      places.put(ValueSlot.of(entry), value);
      table.release(entry);
    } else {
      places.turnAway(value); // too late: the creation has failed
    }
  }

  @Override
  public void failure(Throwable cause) {
    if (filled.compareAndSet(false, true)) {
      ValueSlot.of(entry).failure(cause);
      table.release(entry);
    }
  }
}
