package io.farref.ref.guard;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.ReferenceLayer.Target;
import io.farref.call.RefusedSignal;
import io.farref.codec.Called;
import io.farref.ref.lifetime.ControlMessage;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The target value of a call, pinned by one handle of the table. */
public final class PinnedValue implements Target, Guard.Pins {
  private final LifetimeTable table;
  private final OwnerEntry entry;
  private final ControlMessage.@Nullable Hold claim;
  private @Nullable List<OwnerEntry>
      behindIt; // entries that are pinned as well, if guards lead to them

  /**
   * Takes over one handle.
   *
   * @param claim the claim with which the caller waits for the value, checked when the value has
   *     come; null if the caller is known to be a holder
   */
  public PinnedValue(LifetimeTable table, OwnerEntry entry, ControlMessage.@Nullable Hold claim) {
    this.table = table;
    this.entry = entry;
    this.claim = claim;
  }

  @Override
  public boolean isReady() {
    return ValueSlot.of(entry).isReady();
  }

  @Override
  public void whenReady(Runnable task) {
    ValueSlot.of(entry).whenReady(task);
  }

  @Override
  public @Nullable Object admit(Called called) throws Throwable {
    Object value = checked();
    return value instanceof Guard guard && !(called instanceof Called.Library)
        ? guard.admit(called)
        : value;
  }

  @Override
  public @Nullable Object value(@Nullable Object function) throws Throwable {
    Object value = checked();
    if (function instanceof GuardRequest) {
      return new GuardRequest.Slot(table, entry);
    }
    return value instanceof Guard guard ? guard.open(function, this) : value;
  }

  private @Nullable Object checked() throws Throwable {
    Object value = ValueSlot.of(entry).get();
    if (claim != null && !table.vouches(entry, claim.token())) {
      throw new RefusedSignal(
          new RefusedException(
              "the reference to value " + entry.id() + " is forged", Execution.NOT_EXECUTED));
    }
    return value;
  }

  @Override
  public boolean add(OwnerEntry behind) {
    if (!table.acquire(behind)) {
      return false;
    }
    if (behindIt == null) {
      behindIt = new ArrayList<>(1);
    }
    behindIt.add(behind);
    return true;
  }

  @Override
  public void release() {
    table.release(entry);
    if (behindIt != null) {
      behindIt.forEach(table::release);
    }
  }
}
