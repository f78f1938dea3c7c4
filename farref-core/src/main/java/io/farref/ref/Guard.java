package io.farref.ref;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a slot of its own for another value of this worker, keeps that alive, and decides what
 * gets through to it. So a reference to the guard is one that can do less. Thread-safe.
 */
abstract sealed class Guard permits Restriction, Gate, Passage {
  /** So many in a row, no more: each call goes through all of them. */
  private static final int MAX_DEPTH = 32;

  private final LifetimeTable table;
  private final OwnerEntry base;
  private final int depth;
  private boolean holding; // guarded by this

  /** Makes one for a value that is there. */
  Guard(LifetimeTable table, OwnerEntry base) {
    this.table = table;
    this.base = base;
    depth = ValueSlot.of(base).valueOrNull() instanceof Guard guard ? guard.depth + 1 : 1;
    if (depth > MAX_DEPTH) {
      throw new RefusedException(
          "a reference that was restricted or made revocable "
              + MAX_DEPTH
              + " times cannot be again",
          Execution.NOT_EXECUTED);
    }
  }

  /**
   * The value behind this, as that function may have it.
   *
   * @param function null if the value itself is asked for
   * @param pins what must not be freed while the value is used
   * @throws Refusal if it may not have it
   */
  abstract @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable;

  /** What it does, for people. */
  abstract String describe();

  /** It is in its place: from now on it keeps the value behind it. */
  final synchronized void retain() {
    holding = table.acquire(base);
  }

  /** It lets go of the value behind it. */
  final void release() {
    boolean held;
    synchronized (this) {
      held = holding;
      holding = false;
    }
    if (held) {
      table.release(base);
    }
  }

  /** Keeps the value behind this for a while, unless this has let go of it. */
  final synchronized boolean pinBase(Pins pins) {
    return holding && pins.add(base);
  }

  /** What is behind this as that function may have it. */
  final @Nullable Object openNext(@Nullable Object function, Pins pins) throws Throwable {
    Object next = ValueSlot.of(base).get();
    return next instanceof Guard guard ? guard.open(function, pins) : next;
  }

  /**
   * What somebody on this worker gets of what is in a slot.
   *
   * @throws Throwable why nothing
   */
  static @Nullable Object openHere(LifetimeTable table, @Nullable Object value) throws Throwable {
    if (!(value instanceof Guard guard)) {
      return value;
    }
    List<OwnerEntry> pinned = new ArrayList<>();
    try {
      return guard.open(null, behind -> table.acquire(behind) && pinned.add(behind));
    } catch (Refusal e) {
      throw e.why();
    } finally {
      pinned.forEach(table::release);
    }
  }

  /** What the values of that entry are called. */
  static String describe(@Nullable Object value) {
    return value == null
        ? ""
        : value instanceof Guard guard ? guard.describe() : value.getClass().getName();
  }

  final String describeNext() {
    return describe(ValueSlot.of(base).valueOrNull());
  }

  final Refusal refusal(String why) {
    return new Refusal(new RefusedException(why, Execution.NOT_EXECUTED));
  }

  /** Entries that a call keeps from being freed until it ends. */
  interface Pins {
    /** Takes a handle; false if the table is closed. */
    boolean add(OwnerEntry entry);
  }
}
