package io.farref.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A link that is carried by one link after another. When one breaks, the reading thread waits for
 * the next, and the bytes that the other side has not received are sent again: no byte is lost, and
 * none arrives twice.
 *
 * <pre>
 *   DOWN --attach--&gt; UP --broken, detach--&gt; DOWN
 *   DOWN, UP --close, fail, end of the other side--&gt; OVER
 * </pre>
 *
 * <p>The {@link Supervisor} replaces a broken link, and decides how long to wait for that.
 */
public final class SessionLink implements Link {
  private final String remoteAddress;
  private final Object state = new Object();
  private final Supervisor supervisor;
  private final SessionWriter writer;
  private final SessionReader reader;

  @GuardedBy("state")
  private @Nullable Listener listener;

  @GuardedBy("state")
  private @Nullable IOException failure;

  @GuardedBy("state")
  private boolean closed;

  /** Null while there is none. Written under {@link #state}, read without it. */
  private volatile @Nullable Link link;

  private volatile String problem = "";

  /** Provides a new link when one breaks. */
  public interface Supervisor {
    /** The link broke. Called without a lock by the thread that notices; must not wait. */
    void disconnected(SessionLink session, IOException cause);
  }

  /**
   * The user of a session. Called without a lock by the thread that notices, so calls by two
   * threads may overtake each other.
   */
  public interface Listener {
    /** There is a link, and the bytes that were missing at the other side have been sent. */
    void connected();

    /** There is no link; until there is, nothing is sent. */
    void disconnected();

    /** The session is over: no further link will follow. */
    void failed(IOException cause);

    /** A write waits for an acknowledgement, so some thread should read. */
    void awaitsAcknowledgement();
  }

  /**
   * Makes a session without a link.
   *
   * @param helpers runs tasks that may block, for threads that must not: the reader, and writers
   *     with a timeout
   */
  public SessionLink(Executor helpers, String remoteAddress, Supervisor supervisor) {
    this.writer = new SessionWriter(this, helpers);
    this.reader = new SessionReader(this, writer);
    this.remoteAddress = remoteAddress;
    this.supervisor = supervisor;
  }

  /** Sets the listener, and tells it the present state. */
  public void listen(Listener user) {
    IOException lost;
    boolean up;
    synchronized (state) {
      listener = user;
      lost = failure;
      up = link != null;
    }
    if (lost != null) {
      user.failed(lost);
    } else if (up) {
      user.connected();
    }
  }

  /** Sets why there is no link at present, for messages. */
  public void problem(String present) {
    problem = present;
  }

  /** Why there is no link, if there is none. */
  public Optional<String> problem() {
    return link == null ? Optional.of(problem) : Optional.empty();
  }

  /** Whether the session is over. */
  public boolean isOver() {
    synchronized (state) {
      return closed;
    }
  }

  /** Waits until the session is over; returns false if the time passed first. */
  public boolean awaitOver(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    synchronized (state) {
      for (long left = nanos; !closed && left > 0; left = deadline - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(state, Math.max(left, 1_000_000));
      }
      return closed;
    }
  }

  /** Whether there is a link. */
  public boolean isConnected() {
    return link != null;
  }

  @Nullable Link link() {
    return link;
  }

  /** How many bytes of the session have arrived here. Final only while there is no link. */
  public long arrived() {
    return reader.arrived();
  }

  /**
   * Continues with a new link. There must be no link at present.
   *
   * @param there how many bytes have arrived at the other side
   * @param wanted whether no later link has been asked for; evaluated when nothing else can change
   *     the session
   * @throws MalformedException if that many bytes cannot have arrived
   */
  public void attach(Link next, long there, BooleanSupplier wanted) {
    boolean attached =
        writer.resume(
            next,
            there,
            new SessionWriter.Use() {
              @Override
              public boolean isWanted() {
                return wanted.getAsBoolean();
              }

              @Override
              public boolean begin() {
                return use(next);
              }
            });
    if (!attached) {
      next.close();
      return;
    }
    Listener owner = listener();
    if (owner != null && link == next) {
      owner.connected();
    }
  }

  private boolean use(Link next) {
    synchronized (state) {
      if (!closed) {
        reader.restart();
        link = next;
        state.notifyAll();
      }
      return !closed;
    }
  }

  /** Closes the present link, if there is one, and waits until no thread reads it. */
  public void detach(IOException cause) {
    broken(link, cause);
    reader.awaitIdle();
  }

  /** Ends the session; threads that read or write get {@code cause}. */
  public void fail(IOException cause) {
    Listener owner;
    synchronized (state) {
      if (closed) {
        return;
      }
      failure = cause;
      owner = listener;
    }
    close();
    if (owner != null) {
      owner.failed(cause);
    }
  }

  /** Closes the present link, if there is one, because it does not seem to work. */
  public void suspect(IOException cause) {
    broken(link, cause);
  }

  /** Called regularly: acknowledges what has arrived, and frees memory that is not in use. */
  public void beat() {
    writer.beat();
  }

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    return reader.read(dst, timeoutNanos);
  }

  /** Waits for a link; returns false if the time passed or the reader was woken. */
  boolean awaitLink(long timeoutNanos) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeoutNanos;
    synchronized (state) {
      while (link == null) {
        checkOpen();
        long left = timeoutNanos < 0 ? Long.MAX_VALUE : deadline - System.nanoTime();
        if (reader.takeWakeup() || left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(state, left);
      }
    }
    return true;
  }

  void checkOpenIfDown() throws IOException {
    if (link == null) {
      synchronized (state) {
        checkOpen();
      }
    }
  }

  @GuardedBy("state")
  private void checkOpen() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (closed) {
      throw new AsynchronousCloseException();
    }
  }

  @Override
  public void wakeup() {
    reader.wakeup();
    Link present = link;
    if (present != null) {
      present.wakeup();
    }
    synchronized (state) {
      state.notifyAll();
    }
  }

  /**
   * If there is a timeout, writes all or nothing: bytes that are part of the session's stream are
   * kept until they have arrived, so a write that has begun cannot be taken back.
   */
  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    if (timeoutNanos < 0) {
      writer.write(srcs, offset, length);
      return true;
    }
    return writer.tryWrite(srcs, offset, length, timeoutNanos);
  }

  void broken(@Nullable Link which, IOException cause) {
    Listener owner;
    synchronized (state) {
      if (which == null || link != which) {
        return;
      }
      link = null;
      owner = listener;
    }
    which.close();
    if (owner != null) {
      owner.disconnected();
    }
    supervisor.disconnected(this, cause);
  }

  @Nullable Listener listener() {
    synchronized (state) {
      return listener;
    }
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  /**
   * Ends the session; tells the other side if there is a link that can take the message at once.
   */
  @Override
  public void close() {
    close("");
  }

  /**
   * Ends the session as {@link #close()} does.
   *
   * @param why the message of the exception that the reader at the other side gets; if empty, it
   *     reads the end of the stream
   */
  public void close(String why) {
    Link open;
    synchronized (state) {
      if (closed) {
        return;
      }
      closed = true;
      open = link;
      link = null;
      state.notifyAll();
    }
    if (open != null) {
      writer.end(open, why);
      open.close();
    }
    writer.wake();
  }

  @Override
  public String toString() {
    return "session with " + remoteAddress;
  }
}
