package io.farref.node.connect;

import io.farref.RefusedException;
import io.farref.SameHost;
import io.farref.observe.FailureText;
import io.farref.observe.RareLog;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.transport.TcpTransport;
import io.farref.transport.unix.LocalAddress;
import io.farref.wire.PeerAuthentication;
import io.farref.wire.SessionOverException;
import io.farref.wire.UnprovenException;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The transports of a worker, with TLS where it is configured: the main transport, which reaches
 * every worker, and same-host transports, which are faster and reach workers of this machine only.
 * A worker has one address, of its main transport; those of the others are derived from it.
 */
public final class Transports {
  private static final RareLog SHORTAGES =
      new RareLog(System.getLogger(Transports.class.getPackageName()));

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
    Detour detour = new Detour();
    for (Transport each : local) {
      try {
        String beside = LocalAddress.beside(listener.address(), each.scheme());
        listeners.add(
            new Listeners.Listener(
                each.scheme(), each.listen(beside), tlsOf(each), Optional.empty()));
      } catch (IOException | RuntimeException | Error e) {
        detour.add(each, e);
      }
    }
    listeners.addFirst(new Listeners.Listener(main.scheme(), listener, tlsOf(main), detour.text()));
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
   * @throws RefusedException if the worker that was meant refuses the handshake on the main
   *     transport
   */
  DialResult connect(String address, long timeoutNanos, LinkHandshake handshake)
      throws IOException {
    Detour detour = new Detour();
    if (!local.isEmpty() && LocalAddress.isOfThisMachine(address)) {
      for (Transport each : local) {
        try {
          String beside = LocalAddress.beside(address, each.scheme());
          // A link that may be replaced by a faster one later has to be replaceable.
          boolean resumable = each.isResumable() || (detour.mayPass && main.isResumable());
          return shakeHands(open(each, beside, timeoutNanos, detour, resumable), handshake);
        } catch (IOException | RuntimeException | Error e) {
          detour.add(each, e);
        }
      }
    }
    return shakeHands(open(main, address, timeoutNanos, detour, main.isResumable()), handshake);
  }

  /** Connects as {@link #connect} does, by the main transport only. */
  DialResult reconnect(String address, long timeoutNanos, LinkHandshake handshake)
      throws IOException {
    return shakeHands(
        open(main, address, timeoutNanos, new Detour(), main.isResumable()), handshake);
  }

  /**
   * Opens a link that is faster than the present one; its handshake follows.
   *
   * @param present the transport of the present link
   * @return empty if no faster transport will ever reach that worker
   * @throws IOException if none reaches it at present
   */
  Optional<Route> openFaster(String address, String present, long timeoutNanos) throws IOException {
    Detour detour = new Detour();
    for (Transport each : local) {
      if (present.equals(each.scheme())) {
        break;
      }
      try {
        String beside = LocalAddress.beside(address, each.scheme());
        return Optional.of(open(each, beside, timeoutNanos, detour, true));
      } catch (IOException | RuntimeException | Error e) {
        detour.add(each, e);
      }
    }
    if (detour.mayPass) {
      throw new IOException(detour.text().orElse(""));
    }
    return Optional.empty();
  }

  /** Whether no other transport is faster. */
  boolean isFastest(String scheme) {
    return local.isEmpty() || local.getFirst().scheme().equals(scheme);
  }

  /** Whether broken links of the main transport are replaced. */
  boolean areResumable() {
    return main.isResumable();
  }

  private Route open(
      Transport transport, String address, long timeoutNanos, Detour detour, boolean resumable)
      throws IOException {
    Link link = transport.connect(address, timeoutNanos);
    Route route = new Route(link, transport.scheme(), detour.text(), resumable, detour.mayPass);
    boolean opened = false;
    try {
      Optional<TlsLinks> encryption = tlsOf(transport);
      if (encryption.isPresent()) {
        route = route.encrypted(encryption.get().dial(link, timeoutNanos));
      }
      opened = true;
      return route;
    } catch (IOException e) {
      throw route.refusal(e);
    } finally {
      if (!opened) {
        link.close();
      }
    }
  }

  /** Makes the handshake on a link that is open; closes the link if that fails. */
  static DialResult shakeHands(Route route, LinkHandshake handshake) throws IOException {
    boolean connected = false;
    try {
      Welcome welcome = handshake.exchange(route.link(), route.isResumable());
      connected = true;
      return new DialResult(route, welcome);
    } catch (SessionOverException | UnprovenException e) {
      throw e;
    } catch (IOException e) {
      throw route.refusal(e);
    } finally {
      if (!connected) {
        route.link().close();
      }
    }
  }

  /** The faster transports that failed before the one that is used. */
  private static final class Detour {
    private final List<String> failures = new ArrayList<>();

    /** Whether one of them may work later: it took too long, or this process lacked something. */
    private boolean mayPass;

    void add(Transport transport, Throwable why) {
      failures.add(reason(transport, why));
      boolean passes =
          why instanceof SocketTimeoutException
              || why instanceof OutOfMemoryError
              || FailureText.isShortage(why);
      mayPass |= passes;
      if (FailureText.isShortage(why)) {
        SHORTAGES.warn("no connection by " + transport.scheme(), why);
      }
    }

    Optional<String> text() {
      return joined(failures);
    }
  }

  private static String reason(Transport transport, Throwable e) {
    return transport.scheme() + ": " + FailureText.of(e);
  }

  private static Optional<String> joined(List<String> failures) {
    return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
  }
}
