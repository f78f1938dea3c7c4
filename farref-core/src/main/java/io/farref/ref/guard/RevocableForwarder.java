package io.farref.ref.guard;

import io.farref.call.RefusedSignal;
import io.farref.codec.Called;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import org.jspecify.annotations.Nullable;

/** The forwarder of the caretaker pattern: gives access until its revoker is used. */
final class RevocableForwarder extends Guard {
  private final Revoker revoker;

  RevocableForwarder(LifetimeTable table, OwnerEntry base, Revoker revoker) {
    super(table, base);
    this.revoker = revoker;
  }

  @Override
  @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable {
    return revoker.pass(function, pins);
  }

  @Override
  @Nullable Object admit(Called called) throws RefusedSignal {
    return revoker.admitPass(called);
  }

  @Override
  String describe() {
    return revoker.describeNext() + ", revocable";
  }
}
