package io.farref.node.connect;

import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.exec.WorkerThreads;
import io.farref.observe.FailureText;
import io.farref.observe.ProcessIdentity;
import io.farref.observe.RareLog;
import io.farref.session.SessionLink;
import io.farref.wire.SessionOverException;
import io.farref.wire.UnprovenException;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the broken link of a session: the dialer dials again, with growing pauses, and either
 * end checks whether the process at the other end still runs. It has no timeout of its own: it
 * stops when the session has a link again, or is over because its user closed it.
 */
final class Reconnector implements SessionLink.Supervisor {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

  private static final System.Logger LOG = System.getLogger(Reconnector.class.getPackageName());
  private static final RareLog SHORTAGES = new RareLog(LOG);
  private static final RareLog STRANGERS = new RareLog(LOG);

  private final WorkerThreads threads;
  private final @Nullable Dial dial;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile ProcessIdentity process = ProcessIdentity.UNKNOWN;

  /** Dials the other end again and attaches the new link to the session. */
  interface Dial {
    void redial() throws IOException;
  }

  /**
   * @param dial dials the other end again; null at the acceptor
   */
  Reconnector(WorkerThreads threads, @Nullable Dial dial) {
    this.threads = threads;
    this.dial = dial;
  }

  /** Sets the process at the other end. */
  void peerProcess(ProcessIdentity present) {
    process = present;
  }

  @Override
  public void disconnected(SessionLink broken, IOException cause) {
    broken.problem(String.valueOf(cause.getMessage()));
    start(broken);
  }

  private void start(SessionLink link) {
    boolean canHelp = dial != null || process.isOnThisMachine();
    if (canHelp && running.compareAndSet(false, true)) {
      threads.call(() -> reconnect(link));
    }
  }

  private void reconnect(SessionLink link) {
    try {
      long pause = 0;
      long next = System.nanoTime();
      while (!link.isOver() && !link.isConnected()) {
        if (process.hasEnded()) {
          link.fail(new IOException("its process has ended"));
        } else if (dial != null && next - System.nanoTime() <= 0) {
          attempt(link, dial);
          pause = Math.clamp(2 * pause, FIRST_PAUSE, LONGEST_PAUSE);
          next = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause);
        } else {
          LockSupport.parkNanos(LOOK_NANOS);
        }
      }
    } catch (RuntimeException | Error e) { // no other thread would dial again
      link.fail(new IOException("cannot connect again: " + FailureText.of(e), e));
    } finally {
      running.set(false);
    }
    if (!link.isOver() && !link.isConnected()) {
      start(link); // the new link broke before this thread had ended
    }
  }

  private static void attempt(SessionLink link, Dial dial) {
    try {
      dial.redial();
    } catch (SessionOverException | RefusedException | MalformedException e) {
      link.fail(new IOException(e.getMessage(), e));
    } catch (IOException e) {
      link.problem(FailureText.of(e));
      if (e instanceof UnprovenException) {
        STRANGERS.warnBriefly(
            "the broken connection to " + link.remoteAddress() + " stays broken",
            FailureText.of(e));
      } else if (FailureText.isShortage(e)) {
        SHORTAGES.warn("the broken connection to " + link.remoteAddress() + " stays broken", e);
      }
    }
  }
}
