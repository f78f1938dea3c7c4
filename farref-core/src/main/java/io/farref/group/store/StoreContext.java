package io.farref.group.store;

import io.farref.tls.TlsLinks;
import java.util.Optional;

/**
 * The properties of the worker that opens a store, for the stores of this library. Any other {@link
 * io.farref.spi.StoreProvider} gets its options only.
 *
 * @param tls the TLS for links to other machines, if the worker has it
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
