package io.farref.ref;

import org.jspecify.annotations.Nullable;

/** The forwarder of the caretaker pattern: gives access until its revoker is used. */
final class Passage extends Guard {
  private final Gate gate;

  Passage(LifetimeTable table, OwnerEntry base, Gate gate) {
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
