package io.farref.transport;

import io.farref.observe.RareLog;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the connections of a listener on the thread that runs it, until the listener is closed.
 *
 * <p>What fails may fail at once and again: a process without a file descriptor is told so for each
 * connection that waits. So after a failure the thread pauses, longer each time until a connection
 * is accepted, and logs what happened rarely.
 */
public final class AcceptLoop implements Runnable {
  static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Transport.Listener listener;
  private final String owner;
  private final Consumer<Link> taker;
  private final Logger log;
  private final RareLog failures;
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  /**
   * Prepares to accept.
   *
   * @param owner who accepts, for messages
   * @param taker takes over each link; closes it if it throws
   */
  public AcceptLoop(Transport.Listener listener, String owner, Consumer<Link> taker, Logger log) {
    this.listener = listener;
    this.owner = owner;
    this.taker = taker;
    this.log = log;
    this.failures = new RareLog(log);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    long pause = FIRST_PAUSE_NANOS;
    while (!closed) {
      try {
        taker.accept(listener.accept());
        pause = FIRST_PAUSE_NANOS;
      } catch (ClosedChannelException e) {
        if (!closed) {
          log.log(Level.ERROR, this + " can accept no more connections", e);
        }
        return;
      } catch (IOException | RuntimeException | Error e) {
        failures.warn(this + " cannot accept a connection and tries again", e);
        pause(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
      }
    }
  }

  /** Also if the thread is interrupted, which would make a pause none. */
  private void pause(long nanos) {
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread as soon as the listener is closed, which the caller does next. */
  public void stop() {
    closed = true;
    LockSupport.unpark(thread);
  }

  @Override
  public String toString() {
    return owner + " at " + listener.address();
  }
}
