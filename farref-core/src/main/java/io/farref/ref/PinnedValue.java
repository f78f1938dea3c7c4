package io.farref.ref;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.ReferenceLayer.Target;
import io.farref.call.Refusal;
import org.jspecify.annotations.Nullable;

/** A value that a call is for: one handle of the table. */
final class PinnedValue implements Target {
  private final LifetimeTable table;
  private final OwnerEntry entry;
  private final Control.@Nullable Hold claim;

  /**
   * Makes one.
   *
   * @param claim under which the caller waits for the value, to be judged when that has come; null
   *     if the caller is a holder beyond doubt
   */
  PinnedValue(LifetimeTable table, OwnerEntry entry, Control.@Nullable Hold claim) {
    this.table = table;
    this.entry = entry;
    this.claim = claim;
  }

  /** Under which the caller waits, if that is still to be judged. */
  Control.@Nullable Hold claim() {
    return claim;
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
  public @Nullable Object value(@Nullable Object function) throws Throwable {
    Object value = entry.slot().get();
    if (claim != null && !table.vouches(entry, claim.token())) {
      throw new Refusal(
          new RefusedException(
              "the reference to value " + entry.id() + " was forged", Execution.NOT_EXECUTED));
    }
    return value;
  }

  @Override
  public void release() {
    table.release(entry);
  }
}
