package io.farref.ref;

import io.farref.call.ReferenceLayer.Result;
import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A value that is being created: holds one handle of the table until its slot has the outcome. */
final class PendingValue implements Result {
  private final LifetimeTable table;
  private final ValueRetention retention;
  private final OwnerEntry entry;
  private final AtomicBoolean filled = new AtomicBoolean();

  PendingValue(LifetimeTable table, ValueRetention retention, OwnerEntry entry) {
    this.table = table;
    this.retention = retention;
    this.entry = entry;
  }

  @Override
  public void value(@Nullable Object value) {
    if (filled.compareAndSet(false, true)) {
      retention.put(ValueSlot.of(entry), value);
      table.release(entry);
    } else {
      retention.discard(value); // too late: the creation has failed
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
