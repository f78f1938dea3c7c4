package io.farref.group.store;

import io.farref.tls.TlsLinks;
import java.util.Optional;

/**
 * What a store of this library is told of the worker that opens it, beyond what every {@link
 * io.farref.spi.StoreProvider} is told.
 *
 * @param tls what encrypts links to other machines, if the worker has TLS
 * @param worker the worker's name, if it is known before the group assigns one
 */
public record StoreContext(Optional<TlsLinks> tls, Optional<String> worker) {
  /** A worker without TLS and without a name. */
  public static final StoreContext NONE = new StoreContext(Optional.empty(), Optional.empty());

  /** The prefix of the names of threads that serve this worker; without a name, of the JVM. */
  String threadPrefix() {
    return "farref-" + worker.orElse("jvm") + "-";
  }
}
