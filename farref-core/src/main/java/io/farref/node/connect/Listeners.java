package io.farref.node.connect;

import io.farref.exec.AllSteps;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLinks;
import io.farref.transport.unix.LocalAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The listeners of one worker.
 *
 * @param address the address that other workers dial
 * @param all the listener at that address first, then those of the same-host transports
 */
public record Listeners(String address, List<Listener> all) implements AutoCloseable {
  /**
   * One listener.
   *
   * @param scheme the scheme of its transport
   * @param below the transport's own listener
   * @param tls encrypts the accepted links; empty if they are not encrypted
   * @param fallback why a faster listener that was chosen is missing
   */
  record Listener(
      String scheme, Transport.Listener below, Optional<TlsLinks> tls, Optional<String> fallback) {
    /**
     * Prepares an accepted link for the handshake: encrypts it if it must be.
     *
     * @throws IOException if TLS fails
     */
    Route route(Link link, long timeoutNanos) throws IOException {
      boolean neighbour =
          fallback.isPresent() && LocalAddress.isOfThisMachine(link.remoteAddress());
      Route route = new Route(link, scheme, neighbour ? fallback : Optional.empty(), false, false);
      return tls.isPresent() ? route.encrypted(tls.get().accept(link, timeoutNanos)) : route;
    }
  }

  @Override
  public void close() {
    AllSteps.run(all.stream().<Runnable>map(each -> () -> each.below().close()).toList());
  }
}
