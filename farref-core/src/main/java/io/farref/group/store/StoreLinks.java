package io.farref.group.store;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.transport.TcpTransport;
import io.farref.wire.Handshake;
import io.farref.wire.PeerAuthentication;
import io.farref.wire.UnprovenException;
import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Links between a rendezvous store's host and its users, protected as links between members are: by
 * TLS if the worker has it, and by proofs that both ends know the group's secret, bound to TLS.
 *
 * <p>Any worker may host the store, so any certificate that the worker trusts is good at either
 * end, whatever its name is. Thread-safe.
 */
final class StoreLinks {
  private final Transport transport = new TcpTransport();
  private final Optional<TlsLinks> tls;
  private final Optional<String> secret;

  StoreLinks(Optional<TlsLinks> tls, Optional<String> secret) {
    this.tls = tls;
    this.secret = secret;
  }

  /** Whether only workers with the secret or a trusted certificate can connect. */
  boolean areProtected() {
    return tls.isPresent() || secret.isPresent();
  }

  Transport.Listener listen(String address) throws IOException {
    return transport.listen(address);
  }

  /**
   * Connects to the host of a store.
   *
   * @throws java.net.ConnectException if nobody listens there
   * @throws RefusedException if either end refuses the other; of a host that is a stranger, nothing
   *     else must follow from it than that there is no connection
   */
  Link dial(String address, long timeoutNanos) throws IOException {
    long end = System.nanoTime() + timeoutNanos;
    Link link = transport.connect(address, timeoutNanos);
    try {
      return handshake(link, true, end);
    } catch (UnprovenException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e, Execution.NOT_EXECUTED);
    }
  }

  /**
   * Makes a link that the host has accepted one to serve, or closes it.
   *
   * @throws RefusedException if either end refuses the other
   */
  Link accept(Link accepted, long timeoutNanos) throws IOException {
    return handshake(accepted, false, System.nanoTime() + timeoutNanos);
  }

  private Link handshake(Link below, boolean dials, long end) throws IOException {
    Link link = below;
    boolean handshakeDone = false;
    try {
      PeerAuthentication assurance = PeerAuthentication.NONE;
      if (tls.isPresent()) {
        long left = end - System.nanoTime();
        TlsLink encrypted = dials ? tls.get().dial(below, left) : tls.get().accept(below, left);
        link = encrypted;
        assurance = new AnyTrusted(encrypted);
      }
      long left = end - System.nanoTime();
      if (dials) {
        Handshake.dialStore(link, secret, assurance, left);
      } else {
        Handshake.acceptStore(link, secret, assurance, left);
      }
      handshakeDone = true;
      return link;
    } catch (MalformedException e) {
      throw new IOException(
          below.remoteAddress() + " does not speak Farref's protocol: it sent " + e.getMessage(),
          e);
    } catch (IOException e) {
      throw refusal(link, e);
    } finally {
      if (!handshakeDone) {
        link.close();
      }
    }
  }

  private static IOException refusal(Link link, IOException failure) {
    IOException why = link instanceof TlsLink encrypted ? encrypted.explain(failure) : failure;
    if (why instanceof SSLException) {
      throw new RefusedException(
          why.getMessage()
              + ". Either all workers of a group use TLS, with certificates that all of them"
              + " trust, or none does",
          why,
          Execution.NOT_EXECUTED);
    }
    return why;
  }

  /** The other end has shown a certificate that this worker trusts, and that is enough. */
  private record AnyTrusted(TlsLink link) implements PeerAuthentication {
    @Override
    public byte[] binding() throws IOException {
      return link.binding();
    }

    @Override
    public Optional<String> objection(int worker) {
      return Optional.empty();
    }
  }
}
