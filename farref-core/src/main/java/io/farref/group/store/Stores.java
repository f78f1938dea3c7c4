package io.farref.group.store;

import io.farref.spi.Store;
import io.farref.spi.StoreProvider;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.UUID;

/** Opens stores by their URIs. */
public final class Stores {
  private Stores() {}

  /**
   * Opens a store with the provider of its scheme. The caller closes it.
   *
   * @throws IllegalArgumentException if the URI makes no sense or no provider has its scheme
   * @throws IOException if the store cannot be reached within the options' timeout
   * @throws io.farref.RefusedException if the store demands another secret, or this worker may not
   *     host it without one
   */
  public static Store open(String uri, StoreProvider.Options options, StoreContext context)
      throws IOException {
    URI parsed = parse(uri);
    TreeMap<String, StoreProvider> providers = new TreeMap<>();
    for (StoreProvider provider :
        ServiceLoader.load(StoreProvider.class, StoreProvider.class.getClassLoader())) {
      providers.putIfAbsent(provider.scheme(), provider);
    }
    StoreProvider provider = parsed.getScheme() == null ? null : providers.get(parsed.getScheme());
    if (provider == null) {
      throw new IllegalArgumentException(
          "no store is known for the rendezvous '"
              + uri
              + "'; it must begin with one of "
              + String.join(", ", providers.keySet().stream().map(s -> s + "://").toList()));
    }
    return provider instanceof ContextStoreProvider own
        ? own.open(parsed, options, context)
        : provider.open(parsed, options);
  }

  /**
   * Which connections a store refused and why, if this worker hosts it, oldest first: one sentence
   * each.
   */
  public static List<String> refusals(Store store) {
    return store instanceof TcpStore own ? own.refusals() : List.of();
  }

  /**
   * Parses the URI of a store.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static URI parse(String uri) {
    try {
      // java.net.URI insists that something follows the two slashes.
      return URI.create(uri.endsWith("://") ? uri + "/" : uri);
    } catch (IllegalArgumentException e) {
      String blank = uri.equals(uri.strip()) ? "" : ": remove the blank around it";
      throw new IllegalArgumentException("the rendezvous '" + uri + "' is not a URI" + blank, e);
    }
  }

  /** Opens a store that no other worker can find, for a worker alone. The caller closes it. */
  public static Store openPrivate() {
    return MemStore.open("private-" + UUID.randomUUID());
  }
}
