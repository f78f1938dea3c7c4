package io.farref.ref.guard;

import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import org.jspecify.annotations.Nullable;

/** The forwarder of the caretaker pattern: gives access until its revoker is used. */
final class RevocableForwarder extends Guard {
  private final Revoker gate;

  RevocableForwarder(LifetimeTable table, OwnerEntry base, Revoker gate) {
    super(table, base);
    this.gate = gate;
  }

  @Override
  @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable {
    return gate.pass(function, pins);
  }

  @Override
  String describe() {
    return gate.describeNext() + ", revocable";
  }
}
