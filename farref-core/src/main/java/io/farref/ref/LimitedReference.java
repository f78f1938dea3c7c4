package io.farref.ref;

import org.jspecify.annotations.Nullable;

/** A view of a reference with a time limit of its own. */
final class LimitedReference<T extends @Nullable Object> extends RemoteReference<T> {
  @SuppressWarnings({"FieldCanBeLocal", "UnusedVariable"}) // keeps its handle from being collected
  private final RemoteReference<T> original;

  private final long timeoutNanos;

  LimitedReference(RemoteReference<T> original, long timeoutNanos) {
    super(original.handle());
    this.original = original;
    this.timeoutNanos = timeoutNanos;
  }

  @Override
  long timeoutNanos() {
    return timeoutNanos;
  }
}
