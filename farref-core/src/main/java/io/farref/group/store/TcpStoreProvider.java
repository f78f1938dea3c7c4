package io.farref.group.store;

import io.farref.spi.Store;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * {@code tcp://host:port}: a store that one of the workers hosts, the one of rank 0 or the one
 * whose URI ends with {@code ?host=true}. A worker without a rank hosts it if nobody does and the
 * host is this machine. Other workers try again until one hosts it.
 *
 * <p>On any address but loopback it demands a secret or TLS.
 */
public final class TcpStoreProvider implements ContextStoreProvider {
  /** For ServiceLoader. */
  public TcpStoreProvider() {}

  @Override
  public String scheme() {
    return "tcp";
  }

  @Override
  public Store open(URI uri, Options options, StoreContext context) throws IOException {
    if (uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65535) {
      throw new IllegalArgumentException(
          "a store at a port is written tcp://host:port, not " + uri);
    }
    if (options.secret().filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException("the group's secret must not be empty");
    }
    TcpStore store =
        new TcpStore(
            uri.getHost(),
            uri.getPort(),
            hosting(uri, options),
            new StoreLinks(context.tls(), options.secret()),
            context.threadPrefix());
    boolean connected = false;
    try {
      store.connect(options.timeout());
      connected = true;
      return store;
    } finally {
      if (!connected) {
        store.close();
      }
    }
  }

  private static TcpStore.Hosting hosting(URI uri, Options options) {
    Optional<String> query = Optional.ofNullable(uri.getQuery());
    if (query.isPresent()) {
      return switch (query.get()) {
        case "host=true" -> TcpStore.Hosting.YES;
        case "host=false" -> TcpStore.Hosting.NO;
        default ->
            throw new IllegalArgumentException(
                "a store's URI may end with ?host=true or ?host=false, not ?" + query.get());
      };
    }
    return options
        .rank()
        .map(rank -> rank == 0 ? TcpStore.Hosting.YES : TcpStore.Hosting.NO)
        .orElse(TcpStore.Hosting.IF_NOBODY_DOES);
  }
}
