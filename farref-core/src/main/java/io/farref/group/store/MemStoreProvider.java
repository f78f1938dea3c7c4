package io.farref.group.store;

import io.farref.spi.Store;
import io.farref.spi.StoreProvider;
import java.net.URI;

/**
 * {@code mem://name}: a store that the workers of one JVM share, which is gone when the last of
 * them closes it.
 */
public final class MemStoreProvider implements StoreProvider {
  /** For ServiceLoader. */
  public MemStoreProvider() {}

  @Override
  public String scheme() {
    return "mem";
  }

  @Override
  public Store open(URI uri, Options options) {
    String name = uri.getSchemeSpecificPart().replaceFirst("^/+", "");
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "a store in memory needs a name, as in mem://name: " + uri);
    }
    return MemStore.open(name);
  }
}
