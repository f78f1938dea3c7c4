package io.farref.node.connect;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.EstablishedLink;
import io.farref.spi.Link;
import io.farref.tls.TlsLink;
import io.farref.wire.Handshake;
import io.farref.wire.Hello;
import io.farref.wire.RejectedException;
import io.farref.wire.SessionRequest;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The acceptor's side of the handshake: decides whether the dialer is a member and which session
 * its link belongs to. The first link of a session is served, a later one replaces the one before.
 */
public final class InboundHandshake {
  /** How long a worker is awaited of which others learned before this one. */
  public static final long MEMBER_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private final LocalEndpoint local;
  private final SessionRegistry sessions;
  private final Connections connections;

  public InboundHandshake(LocalEndpoint local, SessionRegistry sessions, Connections connections) {
    this.local = local;
    this.sessions = sessions;
    this.connections = connections;
  }

  /**
   * Makes the handshake with the dialer of a link, and serves the link or gives it to its session.
   */
  void accept(Route route, long timeoutNanos) throws IOException {
    Link link = route.link();
    AtomicReference<Session> admitted = new AtomicReference<>();
    Hello hello;
    try {
      hello =
          Handshake.accept(
              link,
              local.groupId(),
              local.self(),
              local.secret(),
              local.assurance(link),
              said -> admit(said, route, admitted),
              timeoutNanos);
    } catch (IOException | RuntimeException e) {
      Session session = admitted.get();
      if (session != null && session.isUnused()) {
        sessions.forget(session);
      }
      throw e;
    }
    int dialer = hello.from();
    Optional<X509Certificate> certificate =
        link instanceof TlsLink encrypted ? Optional.of(encrypted.certificate()) : Optional.empty();
    Session session = admitted.get();
    if (session == null) {
      EstablishedLink opened = local.opened(link, hello.settings());
      if (!connections.serve(dialer, opened, Optional.of(route), certificate)) {
        throw new RefusedException(isServedAlready(dialer), Execution.NOT_EXECUTED);
      }
      return;
    }
    SessionRequest asked = hello.session().orElseThrow();
    if (session.attach(link, asked.attempt(), asked.arrived(), hello.settings().process())) {
      Route lasting = route.through(session.link());
      EstablishedLink opened = local.opened(lasting.link(), hello.settings());
      if (!connections.serve(dialer, opened, Optional.of(lasting), certificate)) {
        sessions.forget(session);
        session.link().close(isServedAlready(dialer));
        throw new RefusedException(isServedAlready(dialer), Execution.NOT_EXECUTED);
      }
    } else {
      certificate.ifPresent(shown -> local.members().certify(dialer, shown));
      connections.moved(session.link(), route);
    }
  }

  private String isServedAlready(int dialer) {
    return "worker "
        + local.members().name(dialer)
        + " has another connection to worker "
        + local.name()
        + ", which has not ended: who dials is not that worker";
  }

  private Welcome admit(Hello hello, Route route, AtomicReference<Session> admitted)
      throws RejectedException {
    int dialer = hello.from();
    if (!local.members().awaitMember(dialer, MEMBER_MILLIS)) {
      throw local.members().isGone(dialer)
          ? new RejectedException(
              RejectedException.Kind.DECLARED_DEAD, LocalEndpoint.declaredDead(local.name()))
          : new RejectedException(
              RejectedException.Kind.REFUSED, "worker " + dialer + " is not in the group");
    }
    if (dialer == local.self()) {
      throw new RejectedException(
          RejectedException.Kind.REFUSED, "this is worker " + local.name() + " itself");
    }
    if (!isContinued(hello) && connections.isServed(dialer)) {
      throw new RejectedException(RejectedException.Kind.REFUSED, isServedAlready(dialer));
    }
    if (hello.session().isEmpty()) {
      return new Welcome(0, local.settings());
    }
    SessionRequest asked = hello.session().get();
    String address = route.link().remoteAddress();
    Session session =
        asked.begun()
            ? sessions.find(asked.id())
            : sessions.findOrMake(
                asked.id(), id -> new Session(id, dialer, address, local.threads(), null));
    if (session == null || session.worker() != dialer || connections.isClosed()) {
      throw new RejectedException(
          RejectedException.Kind.SESSION_OVER, "worker " + local.name() + " has ended the session");
    }
    admitted.set(session);
    return new Welcome(session.admit(asked), local.settings());
  }

  /**
   * Whether the dialer wants to go on with a connection that it has: it knows the session's id. A
   * worker dials another once in its life, so any other that claims to be that worker is not it.
   */
  private boolean isContinued(Hello hello) {
    return hello.session().map(asked -> sessions.find(asked.id())).isPresent();
  }
}
