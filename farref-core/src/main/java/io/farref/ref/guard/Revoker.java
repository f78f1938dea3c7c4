package io.farref.ref.guard;

import io.farref.call.RefusedSignal;
import io.farref.codec.Called;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import org.jspecify.annotations.Nullable;

/**
 * The revoker of the caretaker pattern: a worker that has a reference to it can revoke all
 * references that lead through it.
 */
final class Revoker extends Guard {
  Revoker(LifetimeTable table, OwnerEntry base) {
    super(table, base);
  }

  @Override
  @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable {
    throw refusal("this reference is good for revoking only");
  }

  @Override
  @Nullable Object admit(Called called) throws RefusedSignal {
    throw refusal("this reference is good for revoking only");
  }

  /** The base, for a call on a {@link RevocableForwarder}. */
  @Nullable Object pass(@Nullable Object function, Pins pins) throws Throwable {
    if (!pinBase(pins)) {
      throw revoked();
    }
    return openNext(function, pins);
  }

  /** The value, for the decision about a call on a {@link RevocableForwarder}. */
  @Nullable Object admitPass(Called called) throws RefusedSignal {
    if (!isHolding()) {
      throw revoked();
    }
    return admitNext(called);
  }

  private RefusedSignal revoked() {
    return refusal("revoked: the worker that made this reference has revoked it");
  }

  @Override
  String describe() {
    return "the revoker of " + describeNext();
  }
}
