package io.farref.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.spi.Link;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/** The connections of one listener that wait to be accepted. Thread-safe. */
public final class AcceptQueue implements AutoCloseable {
  @GuardedBy("this")
  private final ArrayDeque<Link> waiting = new ArrayDeque<>();

  @GuardedBy("this")
  private boolean closed;

  /** Adds a connection; returns false, and leaves it to the caller, if the queue is closed. */
  public synchronized boolean offer(Link link) {
    if (closed) {
      return false;
    }
    waiting.add(link);
    notify();
    return true;
  }

  /**
   * Waits for the next connection. An interrupt does not end the wait; the thread keeps its flag.
   *
   * @throws ClosedChannelException once the queue is closed
   */
  public synchronized Link take() throws ClosedChannelException {
    boolean interrupted = false;
    try {
      while (!closed && waiting.isEmpty()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (closed) {
      throw new ClosedChannelException();
    }
    return waiting.remove();
  }

  /** Closes the connections that wait, and ends {@link #take}. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.forEach(Link::close);
    waiting.clear();
    notifyAll();
  }
}
