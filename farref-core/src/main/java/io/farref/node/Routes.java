package io.farref.node;

import io.farref.RefusedException;
import io.farref.SameHost;
import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.transport.LocalAddress;
import io.farref.transport.LocalTransports;
import io.farref.transport.TcpTransport;
import io.farref.wire.Assurance;
import io.farref.wire.SessionOverException;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ways to other workers: a transport that leads to all of them and, beside it, those that are
 * faster and lead to neighbours on this machine only. A worker has one address, of the first; the
 * others are derived from it.
 */
final class Routes {
  private final Transport main;
  private final List<Transport> local;
  private final Optional<TlsLinks> tls;

  private Routes(Transport main, List<Transport> local, Optional<TlsLinks> tls) {
    this.main = main;
    this.local = local;
    this.tls = tls;
  }

  /** That transport and no other. */
  static Routes by(Transport only, Optional<TlsLinks> tls) {
    return new Routes(only, List.of(), tls);
  }

  /** TCP, and within this machine what is chosen. */
  static Routes of(SameHost choice, Optional<TlsLinks> tls) {
    return new Routes(new TcpTransport(), LocalTransports.of(choice), tls);
  }

  /** What must succeed on a link before it counts: it may lead to somebody else. */
  interface Greeting {
    /**
     * Makes sure that the other side is who is meant.
     *
     * @param resumable whether it is worth to connect again when the link breaks
     */
    Welcome exchange(Link link, boolean resumable) throws IOException;
  }

  boolean isLocalOnly(String address) {
    return main.isLocalOnly(address);
  }

  /**
   * Listens there and, where possible, beside it.
   *
   * @throws IOException if it is not possible there
   */
  Listening listen(String address) throws IOException {
    Transport.Listener listener = main.listen(address);
    List<Listening.Door> doors = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Transport each : local) {
      try {
        String beside = LocalAddress.beside(listener.address(), each.scheme());
        doors.add(
            new Listening.Door(each.scheme(), each.listen(beside), lock(each), Optional.empty()));
      } catch (IOException | RuntimeException e) {
        failures.add(reason(each, e));
      }
    }
    doors.addFirst(new Listening.Door(main.scheme(), listener, lock(main), joined(failures)));
    return new Listening(listener.address(), List.copyOf(doors));
  }

  /** What encrypts the links to other machines and makes them show a certificate, if anything. */
  Optional<TlsLinks> tls() {
    return tls;
  }

  /** What encrypts that transport, if anything does: only this user reaches the local ones. */
  private Optional<TlsLinks> lock(Transport transport) {
    return tls.filter(found -> transport == main || found.everywhere());
  }

  /** What is known of whoever is behind a link, by what encrypts it. */
  Assurance assurance(Link link, PeerDirectory directory) {
    return tls.isPresent() && link instanceof TlsLink encrypted
        ? new CertificateAssurance(encrypted, tls.get(), directory)
        : Assurance.NONE;
  }

  /** Whether somebody listens there. */
  boolean leadsTo(String address, long timeoutNanos) {
    try (Link link = main.connect(address, timeoutNanos)) {
      return link != null;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Connects by the fastest way on which the greeting succeeds.
   *
   * @throws IOException if it is not possible by the main transport either
   * @throws RefusedException if the greeting says no there too
   */
  Reached connect(String address, long timeoutNanos, Greeting greeting) throws IOException {
    List<String> failures = new ArrayList<>();
    if (!local.isEmpty() && LocalAddress.isOfThisMachine(address)) {
      for (Transport each : local) {
        try {
          String beside = LocalAddress.beside(address, each.scheme());
          return open(each, beside, timeoutNanos, greeting, failures);
        } catch (IOException | MalformedException | RefusedException e) {
          failures.add(reason(each, e));
        }
      }
    }
    return open(main, address, timeoutNanos, greeting, failures);
  }

  /** Connects as {@link #connect} does, by the main transport only. */
  Reached reconnect(String address, long timeoutNanos, Greeting greeting) throws IOException {
    return open(main, address, timeoutNanos, greeting, List.of());
  }

  /** Whether links by the main transport are worth to be replaced when they break. */
  boolean areResumable() {
    return main.isResumable();
  }

  private Reached open(
      Transport transport,
      String address,
      long timeoutNanos,
      Greeting greeting,
      List<String> failures)
      throws IOException {
    Link link = transport.connect(address, timeoutNanos);
    Way way = new Way(link, transport.scheme(), joined(failures), transport.isResumable());
    boolean greeted = false;
    try {
      if (lock(transport).isPresent()) {
        way = way.encrypted(lock(transport).get().dial(link, timeoutNanos));
      }
      Welcome welcome = greeting.exchange(way.link(), way.isResumable());
      greeted = true;
      return new Reached(way, welcome);
    } catch (SessionOverException e) {
      throw e;
    } catch (IOException e) {
      throw way.refusal(e);
    } finally {
      if (!greeted) {
        way.link().close();
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
