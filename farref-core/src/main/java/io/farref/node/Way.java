package io.farref.node;

import io.farref.ConnectionInfo;
import io.farref.spi.Link;
import java.util.Optional;

/**
 * How a link came about.
 *
 * @param transport the scheme of its transport
 * @param fallback why it is not a faster one
 */
record Way(Link link, String transport, Optional<String> fallback) {
  ConnectionInfo info(String peer, boolean dialed) {
    return new ConnectionInfo(peer, dialed, transport, link.remoteAddress(), fallback);
  }
}
