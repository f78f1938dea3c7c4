package io.farref.node;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.LocalAddress;
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
   * @param fallback why there is no faster one that should be there
   */
  record Door(String scheme, Transport.Listener listener, Optional<String> fallback) {
    /** How a link that came in here came about. */
    Way way(Link link) {
      boolean neighbour =
          fallback.isPresent() && LocalAddress.isOfThisMachine(link.remoteAddress());
      return new Way(link, scheme, neighbour ? fallback : Optional.empty(), false);
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
