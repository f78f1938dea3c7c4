package io.farref.ref;

import io.farref.call.ReferenceLayer.Target;
import org.jspecify.annotations.Nullable;

/** A value that a call is for: one handle of the table. */
final class PinnedValue implements Target {
  private final LifetimeTable table;
  private final OwnerEntry entry;

  PinnedValue(LifetimeTable table, OwnerEntry entry) {
    this.table = table;
    this.entry = entry;
  }

  @Override
  public boolean isReady() {
    return entry.slot().isReady();
  }

  @Override
  public void whenReady(Runnable task) {
    entry.slot().whenReady(task);
  }

  @Override
  public @Nullable Object value() throws Throwable {
    return entry.slot().get();
  }

  @Override
  public void release() {
    table.release(entry);
  }
}
