package io.farref.ref;

import io.farref.call.client.CallOptions;
import org.jspecify.annotations.Nullable;

/** A view of a reference with call options of its own. */
final class ReferenceView<T extends @Nullable Object> extends RemoteReference<T> {
  @SuppressWarnings({"FieldCanBeLocal", "UnusedVariable"}) // keeps its handle from being collected
  private final RemoteReference<T> original;

  private final CallOptions options;

  ReferenceView(RemoteReference<T> reference, CallOptions options) {
    super(reference.handle());
    this.original = reference instanceof ReferenceView<T> view ? view.original : reference;
    this.options = options;
  }

  @Override
  public CallOptions options() {
    return options;
  }
}
