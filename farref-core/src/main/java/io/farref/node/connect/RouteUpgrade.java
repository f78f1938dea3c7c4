package io.farref.node.connect;

import io.farref.exec.WorkerThreads;
import io.farref.session.SessionLink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Moves a session to a faster transport that did not work when the session began, because the other
 * side got no processor in time, say. Tries with growing pauses, until the session is over or no
 * faster transport can work. The present link is given up only when the faster one is open.
 */
final class RouteUpgrade {
  private static final System.Logger LOG = System.getLogger(RouteUpgrade.class.getPackageName());
  private static final long FIRST_PAUSE = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(60);

  private final Transports transports;
  private final String address;
  private final Session session;
  private final WorkerThreads threads;
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * @param address the address of the other worker
   */
  RouteUpgrade(Transports transports, String address, Session session, WorkerThreads threads) {
    this.transports = transports;
    this.address = address;
    this.session = session;
    this.threads = threads;
  }

  /** Begins to try, unless the session uses the fastest transport. */
  void start() {
    if (!isFast() && running.compareAndSet(false, true)) {
      threads.call(this::run);
    }
  }

  private void run() {
    SessionLink link = session.link();
    long pause = FIRST_PAUSE;
    boolean wanted = true;
    try {
      while (!link.awaitOver(pause / 2 + ThreadLocalRandom.current().nextLong(pause))) {
        session.discardPrepared();
        if (link.isConnected()) {
          wanted = isPossible();
        }
        if (!wanted || isFast()) {
          break;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      session.discardPrepared();
      running.set(false);
    }
    if (wanted && !link.isOver()) {
      start(); // the session got slow again before this thread had ended
    }
  }

  private boolean isFast() {
    Route present = session.route();
    return present == null || transports.isFastest(present.scheme());
  }

  /** Moves the session if possible; returns whether it is, now or later. */
  private boolean isPossible() {
    Route present = session.route();
    if (present == null || isFast()) {
      return true;
    }
    try {
      Optional<Route> faster =
          transports.openFaster(address, present.scheme(), Dialer.ATTEMPT_TIMEOUT);
      faster.ifPresent(session::moveTo);
      return faster.isPresent();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "still no faster connection to " + address, e);
      return true;
    }
  }
}
