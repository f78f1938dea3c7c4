package io.farref.ref;

import org.jspecify.annotations.Nullable;

/** The power to cut off who goes through it: whoever has a reference to it can close it. */
final class Gate extends Guard {
  Gate(LifetimeTable table, OwnerEntry base) {
    super(table, base);
  }

  @Override
  @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable {
    throw refusal("this reference is good for revoking only");
  }

  /** For whoever goes through. */
  @Nullable Object pass(@Nullable Object function, Pins pins) throws Throwable {
    if (!pinBase(pins)) {
      throw refusal("revoked: whoever made this reference has cut it off");
    }
    return openNext(function, pins);
  }

  @Override
  String describe() {
    return "the gate to " + describeNext();
  }
}
