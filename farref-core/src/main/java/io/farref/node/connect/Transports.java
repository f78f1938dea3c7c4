package io.farref.node.connect;

import io.farref.RefusedException;
import io.farref.SameHost;
import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.transport.TcpTransport;
import io.farref.transport.unix.LocalAddress;
import io.farref.wire.PeerAuthentication;
import io.farref.wire.SessionOverException;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The transports of a worker, with TLS where it is configured: the main transport, which reaches
 * every worker, and same-host transports, which are faster and reach workers of this machine only.
 * A worker has one address, of its main transport; those of the others are derived from it.
 */
public final class Transports {
  private final Transport main;
  private final List<Transport> local;
  private final Optional<TlsLinks> tls;

  private Transports(Transport main, List<Transport> local, Optional<TlsLinks> tls) {
    this.main = main;
    this.local = local;
    this.tls = tls;
  }

  /** The transports of a worker that uses one transport only. */
  public static Transports by(Transport only, Optional<TlsLinks> tls) {
    return new Transports(only, List.of(), tls);
  }

  /** The transports of a worker that uses TCP, and the chosen ones within this machine. */
  public static Transports of(SameHost choice, Optional<TlsLinks> tls) {
    return new Transports(new TcpTransport(), SameHostTransports.of(choice), tls);
  }

  /** The handshake, which must succeed before a link counts: it may lead to another worker. */
  interface LinkHandshake {
    /**
     * Makes sure that the other end is the worker that was meant.
     *
     * @param resumable whether a broken link is replaced, so that the handshake asks for a session
     */
    Welcome exchange(Link link, boolean resumable) throws IOException;
  }

  public boolean isLocalOnly(String address) {
    return main.isLocalOnly(address);
  }

  /**
   * Listens at an address and, where possible, at the same-host addresses derived from it.
   *
   * @throws IOException if the main transport cannot listen there
   */
  public Listeners listen(String address) throws IOException {
    Transport.Listener listener = main.listen(address);
    List<Listeners.Listener> listeners = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Transport each : local) {
      try {
        String beside = LocalAddress.beside(listener.address(), each.scheme());
        listeners.add(
            new Listeners.Listener(
                each.scheme(), each.listen(beside), tlsOf(each), Optional.empty()));
      } catch (IOException | RuntimeException e) {
        failures.add(reason(each, e));
      }
    }
    listeners.addFirst(
        new Listeners.Listener(main.scheme(), listener, tlsOf(main), joined(failures)));
    return new Listeners(listener.address(), List.copyOf(listeners));
  }

  /** The TLS of links to other machines, if they use TLS. */
  public Optional<TlsLinks> tls() {
    return tls;
  }

  /**
   * The TLS of a transport, if it uses TLS. Same-host transports use it only on request, because
   * only processes of this user can reach them.
   */
  private Optional<TlsLinks> tlsOf(Transport transport) {
    return tls.filter(found -> transport == main || found.everywhere());
  }

  /** How the worker at the other end of a link is authenticated, in addition to the secret. */
  PeerAuthentication assurance(Link link, Members members) {
    return tls.isPresent() && link instanceof TlsLink encrypted
        ? new CertificateAuthentication(encrypted, tls.get(), members)
        : PeerAuthentication.NONE;
  }

  /** Whether a worker listens at that address of the main transport. */
  public boolean isListening(String address, long timeoutNanos) {
    try (Link link = main.connect(address, timeoutNanos)) {
      return link != null;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Connects by the fastest transport on which the handshake succeeds.
   *
   * @throws IOException if the main transport fails too
   * @throws RefusedException if the handshake on the main transport is refused
   */
  DialResult connect(String address, long timeoutNanos, LinkHandshake handshake)
      throws IOException {
    List<String> failures = new ArrayList<>();
    if (!local.isEmpty() && LocalAddress.isOfThisMachine(address)) {
      for (Transport each : local) {
        try {
          String beside = LocalAddress.beside(address, each.scheme());
          return open(each, beside, timeoutNanos, handshake, failures);
        } catch (IOException | MalformedException | RefusedException e) {
          failures.add(reason(each, e));
        }
      }
    }
    return open(main, address, timeoutNanos, handshake, failures);
  }

  /** Connects as {@link #connect} does, by the main transport only. */
  DialResult reconnect(String address, long timeoutNanos, LinkHandshake handshake)
      throws IOException {
    return open(main, address, timeoutNanos, handshake, List.of());
  }

  /** Whether broken links of the main transport are replaced. */
  boolean areResumable() {
    return main.isResumable();
  }

  private DialResult open(
      Transport transport,
      String address,
      long timeoutNanos,
      LinkHandshake handshake,
      List<String> failures)
      throws IOException {
    Link link = transport.connect(address, timeoutNanos);
    Route route = new Route(link, transport.scheme(), joined(failures), transport.isResumable());
    boolean connected = false;
    try {
      if (tlsOf(transport).isPresent()) {
        route = route.encrypted(tlsOf(transport).get().dial(link, timeoutNanos));
      }
      Welcome welcome = handshake.exchange(route.link(), route.isResumable());
      connected = true;
      return new DialResult(route, welcome);
    } catch (SessionOverException e) {
      throw e;
    } catch (IOException e) {
      throw route.refusal(e);
    } finally {
      if (!connected) {
        route.link().close();
      }
    }
  }

  private static String reason(Transport transport, Exception e) {
    return transport.scheme() + ": " + (e.getMessage() == null ? e : e.getMessage());
  }

  private static Optional<String> joined(List<String> failures) {
    return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
  }
}
