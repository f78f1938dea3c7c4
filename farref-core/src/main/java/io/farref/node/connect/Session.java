package io.farref.node.connect;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.exec.WorkerThreads;
import io.farref.observe.FailureText;
import io.farref.observe.ProcessIdentity;
import io.farref.session.SessionLink;
import io.farref.spi.Link;
import io.farref.wire.RejectedException;
import io.farref.wire.SessionId;
import io.farref.wire.SessionRequest;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One end of a session: its id, and the number of the latest link that the dialer opened for it.
 * The bytes go through its {@link SessionLink}, and its {@link Reconnector} replaces a broken link.
 */
final class Session {
  private final SessionId id;
  private final int worker;
  private final Reconnector reconnector;
  private final SessionLink link;

  /** A link that is open already, for the next attempt. */
  private final AtomicReference<@Nullable Route> prepared = new AtomicReference<>();

  private volatile @Nullable Route route;

  @GuardedBy("this")
  private int attempt;

  @GuardedBy("this")
  private boolean begun;

  /** Dials the other end again. */
  interface Redial {
    /**
     * Opens another link for a session that has begun.
     *
     * @param prepared a link that is open already, without its handshake; null if there is none
     */
    DialResult redial(SessionRequest request, @Nullable Route prepared) throws IOException;

    /** The session continues on another link. */
    void moved(Session session, Route now);
  }

  /**
   * @param redial dials the other end again; null at the acceptor
   */
  Session(
      SessionId id,
      int worker,
      String remoteAddress,
      WorkerThreads threads,
      @Nullable Redial redial) {
    this.id = id;
    this.worker = worker;
    reconnector = new Reconnector(threads, redial == null ? null : () -> again(redial));
    link = new SessionLink(threads.calls(this::fail), remoteAddress, reconnector);
  }

  /** A thread that wrote for the session has failed, so bytes may be missing. */
  private void fail(Throwable cause) {
    link.fail(new IOException(FailureText.of(cause), cause));
  }

  SessionId id() {
    return id;
  }

  int worker() {
    return worker;
  }

  SessionLink link() {
    return link;
  }

  /** The request that the dialer sends with its next link. */
  synchronized SessionRequest request() {
    return new SessionRequest(id, ++attempt, begun, link.arrived());
  }

  private void again(Redial redial) throws IOException {
    link.detach(new IOException("another connection is opened")); // what has arrived is final then
    SessionRequest request = request();
    DialResult result = redial.redial(request, prepared.getAndSet(null));
    attach(result, request.attempt());
    redial.moved(this, result.route());
  }

  /** At the dialer: continues with another link, which has no handshake yet. */
  void moveTo(Route next) {
    prepared.set(next);
    link.detach(new IOException("the connection moves to " + next.transport()));
  }

  /** Closes the link that {@link #moveTo} got, if it was not used. */
  void discardPrepared() {
    Route unused = prepared.getAndSet(null);
    if (unused != null) {
      unused.link().close();
    }
  }

  /** At the dialer: the present link, or the last one, and its transport. */
  @Nullable Route route() {
    return route;
  }

  /**
   * At the acceptor: prepares for a link that the dialer wants to attach.
   *
   * @return how many bytes have arrived here
   * @throws RejectedException if a later link was requested already
   */
  long admit(SessionRequest asked) throws RejectedException {
    synchronized (this) {
      if (asked.attempt() <= attempt) {
        throw new RejectedException(
            RejectedException.Kind.REFUSED, "this link is older than the session's present one");
      }
      attempt = asked.attempt();
    }
    link.detach(new IOException("the other side opened another connection"));
    return link.arrived();
  }

  /** At the dialer: continues with the link that was reached. */
  void attach(DialResult result, int attempt) {
    route = result.route();
    attach(
        result.route().link(),
        attempt,
        result.welcome().arrived(),
        result.welcome().settings().process());
  }

  /**
   * Continues with a link.
   *
   * @param attempt the number of the request for which the link was opened
   * @param there how many bytes have arrived at the other side
   * @param process the process at the other side
   * @return whether it is the session's first link
   */
  boolean attach(Link next, int attempt, long there, ProcessIdentity process) {
    reconnector.peerProcess(process);
    boolean first;
    synchronized (this) {
      first = !begun && attempt == this.attempt;
      begun |= first;
    }
    link.attach(next, there, () -> attempt == attempt());
    return first;
  }

  /** The number of the link that was requested last. */
  synchronized int attempt() {
    return attempt;
  }

  /** Whether the session has never had a link. */
  synchronized boolean isUnused() {
    return !begun;
  }
}
