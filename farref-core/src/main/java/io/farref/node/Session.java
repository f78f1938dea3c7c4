package io.farref.node;

import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.call.Threads;
import io.farref.observe.ProcessIdentity;
import io.farref.session.SessionLink;
import io.farref.spi.Link;
import io.farref.wire.RejectedException;
import io.farref.wire.SessionId;
import io.farref.wire.SessionOverException;
import io.farref.wire.SessionRequest;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One end of a session: replaces a link that broke, if this end is the one that dials, and notices
 * when the process at the other end has ended. For how long that is tried is up to whoever uses the
 * session, and closes it.
 */
final class Session implements SessionLink.Supervisor {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

  private final SessionId id;
  private final int worker;
  private final Threads threads;
  private final @Nullable Redialer redialer;
  private final SessionLink link;
  private final AtomicBoolean mending = new AtomicBoolean();
  private volatile ProcessIdentity process = ProcessIdentity.UNKNOWN;

  // Guarded by this.
  private int attempt;
  private boolean begun;

  /** Dials the other end again. */
  interface Redialer {
    /** Opens another link for a session that has begun. */
    Reached redial(SessionRequest request) throws IOException;
  }

  /**
   * @param redialer null at the end that accepts
   */
  Session(
      SessionId id,
      int worker,
      String remoteAddress,
      Threads threads,
      @Nullable Redialer redialer) {
    this.id = id;
    this.worker = worker;
    this.threads = threads;
    this.redialer = redialer;
    link = new SessionLink(threads.calls(), remoteAddress, this);
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

  /** What the dialer asks for when it dials the next time. */
  synchronized SessionRequest request() {
    return new SessionRequest(id, ++attempt, begun, link.arrived());
  }

  /**
   * At the end that accepts: prepares for a link that the dialer wants to attach.
   *
   * @return how many bytes have arrived here
   * @throws RejectedException if a later link has been asked for already
   */
  long admit(SessionRequest asked) throws RejectedException {
    synchronized (this) {
      if (asked.attempt() <= attempt) {
        throw new RejectedException(
            RejectedException.Kind.REFUSED, "a link that comes too late for its session");
      }
      attempt = asked.attempt();
    }
    link.detach(new IOException("the other side opened another connection"));
    return link.arrived();
  }

  /**
   * Goes on with a link.
   *
   * @param attempt for which the link was opened
   * @param there how many bytes have arrived at the other side
   * @return whether it is the first
   */
  boolean attach(Link next, int attempt, long there, ProcessIdentity with) {
    process = with;
    boolean first;
    synchronized (this) {
      first = !begun && attempt == this.attempt;
      begun |= first;
    }
    link.attach(next, there, () -> attempt == attempt());
    return first;
  }

  /** The link that was asked for last. */
  synchronized int attempt() {
    return attempt;
  }

  /** Whether it never had a link. */
  synchronized boolean isStillborn() {
    return !begun;
  }

  @Override
  public void disconnected(SessionLink broken, IOException cause) {
    link.problem(String.valueOf(cause.getMessage()));
    startMending();
  }

  private void startMending() {
    boolean canHelp = redialer != null || process.isOnThisMachine();
    if (canHelp && mending.compareAndSet(false, true)) {
      threads.call(this::mend);
    }
  }

  private void mend() {
    try {
      long pause = 0;
      long next = System.nanoTime();
      while (!link.isOver() && !link.isConnected()) {
        if (process.hasEnded()) {
          link.fail(new IOException("its process has ended"));
        } else if (redialer != null && next - System.nanoTime() <= 0) {
          redial(redialer);
          pause = Math.clamp(2 * pause, FIRST_PAUSE, LONGEST_PAUSE);
          next = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause);
        } else {
          LockSupport.parkNanos(LOOK_NANOS);
        }
      }
    } finally {
      mending.set(false);
    }
    if (!link.isOver() && !link.isConnected()) {
      startMending(); // it broke again just now
    }
  }

  private void redial(Redialer by) {
    SessionRequest request = request();
    try {
      Reached reached = by.redial(request);
      attach(
          reached.way().link(),
          request.attempt(),
          reached.welcome().arrived(),
          reached.welcome().terms().process());
    } catch (SessionOverException | RefusedException | MalformedException e) {
      link.fail(new IOException(e.getMessage(), e));
    } catch (IOException e) {
      link.problem(String.valueOf(e.getMessage()));
    }
  }
}
