package io.farref.node.connect;

import io.farref.ConnectionInfo;
import io.farref.spi.Link;
import io.farref.tls.TlsLink;
import io.farref.wire.UnprovenException;
import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * A link and its properties: its transport, and whether it is replaced when it breaks.
 *
 * @param transport the scheme of its transport
 * @param fallback why no faster transport is used
 * @param isResumable whether the link is replaced when it breaks
 * @param mayImprove whether a faster transport may work later
 */
record Route(
    Link link,
    String transport,
    Optional<String> fallback,
    boolean isResumable,
    boolean mayImprove) {
  private static final String TLS = "+tls";

  /** The scheme of its transport, encrypted or not. */
  String scheme() {
    return transport.endsWith(TLS)
        ? transport.substring(0, transport.length() - TLS.length())
        : transport;
  }

  /** The same, with a link that outlives the present one. */
  Route through(Link lasting) {
    return new Route(lasting, transport, fallback, isResumable, mayImprove);
  }

  /** The same, with TLS on the link. */
  Route encrypted(TlsLink encrypted) {
    return new Route(encrypted, transport + TLS, fallback, isResumable, mayImprove);
  }

  /**
   * The exception to throw when a dialed link has failed before the other side has proved itself:
   * whatever TLS says of it, the link is broken, and the other side may be a stranger.
   */
  IOException refusal(IOException failure) {
    IOException why = link instanceof TlsLink encrypted ? encrypted.explain(failure) : failure;
    return why instanceof SSLException
        ? new UnprovenException(
            "connection with " + link.remoteAddress() + " refused: " + why.getMessage(), why)
        : why;
  }

  ConnectionInfo info(String peer, boolean dialed) {
    return new ConnectionInfo(peer, dialed, transport, link.remoteAddress(), fallback);
  }
}
