package io.farref.node;

import io.farref.ConnectionInfo;
import io.farref.spi.Link;
import java.util.Optional;

/**
 * How a link came about.
 *
 * @param transport the scheme of its transport
 * @param fallback why it is not a faster one
 * @param isResumable whether it is worth to connect again when the link breaks
 */
record Way(Link link, String transport, Optional<String> fallback, boolean isResumable) {
  /** The same way, taken by something that outlives the link. */
  Way through(Link lasting) {
    return new Way(lasting, transport, fallback, isResumable);
  }

  ConnectionInfo info(String peer, boolean dialed) {
    return new ConnectionInfo(peer, dialed, transport, link.remoteAddress(), fallback);
  }
}
