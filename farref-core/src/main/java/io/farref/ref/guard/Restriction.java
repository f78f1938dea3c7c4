package io.farref.ref.guard;

import io.farref.call.RefusedSignal;
import io.farref.codec.Called;
import io.farref.facade.Admitted;
import io.farref.facade.Facades;
import io.farref.facade.MethodCall;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import org.jspecify.annotations.Nullable;

/** A guard that lets only the methods of one interface be called. */
final class Restriction extends Guard {
  private final Class<?> facade;

  Restriction(LifetimeTable table, OwnerEntry base, Class<?> facade) {
    super(table, base);
    this.facade = facade;
  }

  @Override
  @Nullable Object open(@Nullable Object function, Pins pins) throws Throwable {
    if (!(function instanceof MethodCall call)) {
      throw unavailable(function == null);
    }
    MethodCall admitted = call.through(facade);
    if (admitted == null && !call.isOptional()) {
      throw refusal(call + " cannot be called through this reference, which is " + allowed());
    }
    return new Admitted(admitted, admitted == null ? null : openNext(admitted, pins));
  }

  @Override
  @Nullable Object admit(Called called) throws RefusedSignal {
    if (!(called instanceof Called.Method)) {
      throw unavailable(called instanceof Called.Value);
    }
    return admitNext(called);
  }

  private RefusedSignal unavailable(boolean copy) {
    return refusal(
        (copy ? "a copy of the value" : "a function of the caller's own")
            + " is not available through this reference, which is "
            + allowed());
  }

  private String allowed() {
    return "restricted to "
        + facade.getTypeName()
        + ": call "
        + Facades.methods(facade)
        + ", by as("
        + facade.getSimpleName()
        + ".class) or by name";
  }

  @Override
  String describe() {
    return describeNext() + ", restricted to " + facade.getTypeName();
  }
}
