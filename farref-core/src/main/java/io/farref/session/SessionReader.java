package io.farref.session;

import io.farref.spi.Link;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * The incoming half of a session: takes the session's bytes out of the present link's stream, and
 * waits for the next link when there is none. One thread reads at a time; {@link #wakeup}, {@link
 * #arrived} and {@link #awaitIdle} may be called by any thread.
 */
final class SessionReader {
  /** Nothing was read, but the wait of the caller is not over. */
  private static final int AGAIN = -2;

  private static final VarHandle READING;
  private static final VarHandle ARRIVED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      READING = lookup.findVarHandle(SessionReader.class, "reading", boolean.class);
      ARRIVED = lookup.findVarHandle(SessionReader.class, "arrived", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SessionLink session;
  private final SessionWriter writer;

  /**
   * Replaced for each link, when no thread reads; the reading thread sees it because it reads the
   * session's link first.
   */
  private SegmentReader segments;

  /** Set before the reader looks for a link; {@link #awaitIdle} does it the other way round. */
  private volatile boolean reading;

  private volatile boolean woken;
  private volatile long arrived;

  /** The interrupt flag of the reading thread has ended a wait already. Used by the reader only. */
  private boolean interrupted;

  SessionReader(SessionLink session, SessionWriter writer) {
    this.session = session;
    this.writer = writer;
    this.segments = new SegmentReader(writer::acknowledged);
  }

  /** How many bytes of the session have arrived here. Final only while there is no link. */
  long arrived() {
    return arrived;
  }

  /** Prepares for the stream of another link; called before that is the link of the session. */
  void restart() {
    segments = new SegmentReader(writer::acknowledged);
  }

  /** Waits until no thread uses a link that it got before the session gave that link up. */
  void awaitIdle() {
    while (reading) {
      LockSupport.parkNanos(10_000);
    }
  }

  /** Ends the wait of the reading thread, or of the next read, for a link. */
  void wakeup() {
    woken = true;
  }

  /** Whether {@link #wakeup} was called; the wait that it ends is this one, and no other. */
  boolean takeWakeup() {
    if (!woken) {
      return false;
    }
    woken = false;
    return true;
  }

  int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    long end = timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
    int count = tryRead(dst, timeoutNanos);
    while (count == AGAIN) {
      count = tryRead(dst, timeoutNanos > 0 ? Math.max(0, end - System.nanoTime()) : timeoutNanos);
    }
    return count;
  }

  private int tryRead(ByteBuffer dst, long timeoutNanos) throws IOException {
    reading = true;
    Link from = session.link();
    if (from == null) {
      reading = false;
      return awaitLink(timeoutNanos) ? AGAIN : 0;
    }
    int start = dst.position();
    int count = 0;
    int got = 0;
    boolean over = false;
    IOException failure = null;
    try {
      count = readSome(from, dst, timeoutNanos);
      if (count > 0) {
        got = segments.strip(dst, start);
        ARRIVED.setRelease(this, arrived + got);
      }
      over = segments.isEnded();
      if (count < 0) {
        failure = new IOException("the connection to " + session.remoteAddress() + " ended");
      }
    } catch (IOException e) {
      failure = e;
    } finally {
      READING.setRelease(this, false);
    }
    if (got > 0) {
      writer.arrived(arrived);
      return got;
    }
    if (over) {
      return ended();
    }
    if (failure != null) {
      session.broken(from, failure);
      return AGAIN;
    }
    if (count > 0) { // heads of segments, and no byte of the session's stream
      return AGAIN;
    }
    woken = false;
    return 0;
  }

  private int ended() throws IOException {
    if (segments.reason().isEmpty()) {
      return -1;
    }
    throw new IOException("it has ended the connection: " + segments.reason());
  }

  private int readSome(Link from, ByteBuffer dst, long timeoutNanos) throws IOException {
    if (segments.isEnded()) {
      return 0;
    }
    int limit = dst.limit();
    dst.limit(dst.position() + segments.readable(dst.remaining()));
    try {
      return from.read(dst, timeoutNanos);
    } finally {
      dst.limit(limit);
    }
  }

  /**
   * Waits for a link; returns false if the time passed or the wait was ended. An interrupt ends a
   * wait once: a thread that reads on with its flag still set waits as if it were not.
   */
  private boolean awaitLink(long timeoutNanos) throws IOException {
    boolean flag = interrupted && Thread.interrupted();
    boolean linked = false;
    try {
      linked = session.awaitLink(timeoutNanos);
    } catch (InterruptedException e) {
      flag = true;
    } finally {
      interrupted = flag;
      if (flag) {
        Thread.currentThread().interrupt();
      }
    }
    return linked;
  }
}
