package io.farref.ref.guard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.RefusedSignal;
import io.farref.codec.Called;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attenuates the access to another value of this worker, its base. A guard has a slot of its own,
 * keeps its base alive, and decides which functions get access to it: so a reference to the guard
 * can do less than one to the base. Thread-safe.
 */
public abstract sealed class Guard permits Restriction, Revoker, RevocableForwarder {
  /** The longest chain of guards: each call goes through all of them. */
  private static final int MAX_DEPTH = 32;

  private final LifetimeTable table;
  private final OwnerEntry base;
  private final int depth;

  @GuardedBy("this")
  private boolean holding;

  /** Makes a guard for a value that exists. */
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
   * The base, in the form in which a function may have it.
   *
   * @param function null if the value itself is requested
   * @param pins takes the entries that must not be freed while the value is used
   * @throws RefusedSignal if the function may not have it
   */
  abstract @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable;

  /**
   * The value behind this guard and all others; null if it is being freed.
   *
   * @throws RefusedSignal if such a call may not have it, whatever its arguments are
   */
  abstract @Nullable Object admit(Called called) throws RefusedSignal;

  /** A description of the guard, for messages. */
  abstract String describe();

  /** The guard is in its slot: from now on it keeps its base alive. */
  public final synchronized void retain() {
    holding = table.acquire(base);
  }

  /** The guard releases its base. */
  public final void release() {
    boolean held;
    synchronized (this) {
      held = holding;
      holding = false;
    }
    if (held) {
      table.release(base);
    }
  }

  /** Pins the base, unless this guard has released it. */
  final synchronized boolean pinBase(Pins pins) {
    return holding && pins.add(base);
  }

  /** The content of the base's slot, in the form in which a function may have it. */
  final @Nullable Object openNext(@Nullable Object function, Pins pins) throws Throwable {
    Object next = ValueSlot.of(base).get();
    return next instanceof Guard guard ? guard.open(function, pins) : next;
  }

  /** Whether it still keeps its base alive. */
  final synchronized boolean isHolding() {
    return holding;
  }

  /** What {@link #admit} of the base answers. */
  final @Nullable Object admitNext(Called called) throws RefusedSignal {
    Object next = ValueSlot.of(base).valueOrNull();
    return next instanceof Guard guard ? guard.admit(called) : next;
  }

  /**
   * The content of a slot for a local user: the value behind all guards.
   *
   * @throws Throwable the refusal of a guard
   */
  public static @Nullable Object openHere(LifetimeTable table, @Nullable Object value)
      throws Throwable {
    if (!(value instanceof Guard guard)) {
      return value;
    }
    List<OwnerEntry> pinned = new ArrayList<>();
    try {
      return guard.open(null, behind -> table.acquire(behind) && pinned.add(behind));
    } catch (RefusedSignal e) {
      throw e.why();
    } finally {
      pinned.forEach(table::release);
    }
  }

  /** Describes the content of a slot: the name of its class, or the guard. */
  public static String describe(@Nullable Object value) {
    return value == null
        ? ""
        : value instanceof Guard guard ? guard.describe() : value.getClass().getName();
  }

  final String describeNext() {
    return describe(ValueSlot.of(base).valueOrNull());
  }

  final RefusedSignal refusal(String why) {
    return new RefusedSignal(new RefusedException(why, Execution.NOT_EXECUTED));
  }

  /** Entries that a call keeps from being freed until it ends. */
  interface Pins {
    /** Takes a handle; false if the table is closed. */
    boolean add(OwnerEntry entry);
  }
}
