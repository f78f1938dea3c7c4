package io.farref.group.store;

import io.farref.spi.Store;
import io.farref.spi.StoreProvider;
import java.io.IOException;
import java.net.URI;

/** A provider that makes use of a {@link StoreContext}. */
interface ContextStoreProvider extends StoreProvider {
  @Override
  default Store open(URI uri, Options options) throws IOException {
    return open(uri, options, StoreContext.NONE);
  }

  /** Opens the store as {@link #open(URI, Options)} does, for a worker that is known. */
  Store open(URI uri, Options options, StoreContext context) throws IOException;
}
