package io.farref.node.connect;

import io.farref.ConnectionInfo;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.spi.Link;
import io.farref.tls.TlsLink;
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
   * The exception to throw when the handshake has failed.
   *
   * @throws RefusedException if TLS says that one side refuses the other
   */
  IOException refusal(IOException failure) {
    IOException why = link instanceof TlsLink encrypted ? encrypted.explain(failure) : failure;
    if (why instanceof SSLException) {
      throw new RefusedException(
          "connection with " + link.remoteAddress() + " refused: " + why.getMessage(),
          why,
          Execution.NOT_EXECUTED);
    }
    return why;
  }

  ConnectionInfo info(String peer, boolean dialed) {
    return new ConnectionInfo(peer, dialed, transport, link.remoteAddress(), fallback);
  }
}
