package io.farref.node;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLinks;
import io.farref.transport.LocalAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where one worker listens.
 *
 * @param address what others are told
 * @param doors the listener at that address first, then those beside it
 */
record Listening(String address, List<Door> doors) implements AutoCloseable {
  /**
   * One listener.
   *
   * @param scheme of its transport
   * @param lock what encrypts the links that come in here, if anything does
   * @param fallback why there is no faster one that should be there
   */
  record Door(
      String scheme,
      Transport.Listener listener,
      Optional<TlsLinks> lock,
      Optional<String> fallback) {
    /**
     * Makes of a link that came in here one to greet.
     *
     * @throws IOException if it must be encrypted and cannot be
     */
    Way way(Link link, long timeoutNanos) throws IOException {
      boolean neighbour =
          fallback.isPresent() && LocalAddress.isOfThisMachine(link.remoteAddress());
      Way way = new Way(link, scheme, neighbour ? fallback : Optional.empty(), false);
      return lock.isPresent() ? way.encrypted(lock.get().accept(link, timeoutNanos)) : way;
    }
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (Door door : doors) {
      try {
        door.listener().close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
