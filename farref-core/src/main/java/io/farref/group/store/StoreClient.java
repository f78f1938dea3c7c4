package io.farref.group.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.observe.FailureText;
import io.farref.observe.ForeignText;
import io.farref.spi.Link;
import io.farref.time.Durations;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a hosted store. Thread-safe; does not come back once lost.
 *
 * <p>It has no thread: of the callers that wait for an answer one, the leader, reads the link and
 * delivers the answers; when its own answer has come, another of them leads. So while no caller
 * waits, the loss of the connection goes unnoticed until the next call.
 */
final class StoreClient implements AutoCloseable {
  /** How long the host may take to answer, beyond what it was asked to wait. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final String where;
  private final Link link;
  private final Object writing = new Object();

  /** Written to under {@code writing}, read by the leader. */
  private final StoreFrames frames;

  /** The calls under way, and the answers to those that have one. */
  @GuardedBy("this")
  private final Map<Long, Optional<Input>> calls = new HashMap<>();

  @GuardedBy("this")
  private long lastId;

  @GuardedBy("this")
  private boolean hasLeader;

  @GuardedBy("this")
  private @Nullable StoreLostException lost;

  private StoreClient(String where, Link link) {
    this.where = where;
    this.link = link;
    this.frames = new StoreFrames(link, StoreProtocol.MAX_REPLY);
  }

  /**
   * Connects and proves to be of the group.
   *
   * @throws java.net.ConnectException if nobody listens there
   * @throws RefusedException if one side does not trust the other
   */
  static StoreClient connect(String where, String address, StoreLinks links, long timeoutNanos)
      throws IOException {
    try {
      return new StoreClient(where, links.dial(address, timeoutNanos));
    } catch (RefusedException e) {
      throw new RefusedException(
          "the store at " + where + " cannot be used: " + e.getMessage(), e, e.execution());
    }
  }

  synchronized boolean isLost() {
    return lost != null;
  }

  /**
   * Sends a request to the host and waits for the answer.
   *
   * @param waitNanos how long it may wait with the answer
   * @return the result
   * @throws StoreLostException if the connection is or gets lost
   */
  Input call(int operation, Consumer<Output> arguments, long waitNanos) throws IOException {
    long id = begin();
    try {
      Output frame = StoreProtocol.frame();
      frame.writeVarLong(id);
      frame.writeByte(operation);
      arguments.accept(frame);
      if (frame.size() - Integer.BYTES > StoreProtocol.MAX_REQUEST) {
        throw new IOException(
            "a request of "
                + frame.size()
                + " bytes to the store at "
                + where
                + ", the limit is "
                + StoreProtocol.MAX_REQUEST);
      }
      long deadline = System.nanoTime() + ANSWER_NANOS + waitNanos;
      write(frame);
      return result(await(id, deadline));
    } finally {
      end(id);
    }
  }

  private synchronized long begin() throws StoreLostException {
    checkConnected();
    lastId++;
    calls.put(lastId, Optional.empty());
    return lastId;
  }

  private synchronized void end(long id) {
    calls.remove(id);
  }

  private void write(Output frame) {
    boolean written;
    synchronized (writing) {
      try {
        written = frames.write(frame, ANSWER_NANOS);
      } catch (IOException e) {
        // The host may have said before that it leaves: reading tells how the connection ended.
        System.getLogger(StoreClient.class.getPackageName())
            .log(System.Logger.Level.DEBUG, "writing to the store at " + where, e);
        return;
      }
    }
    if (!written) {
      loseSilent();
    }
  }

  private Input await(long id, long deadline) throws IOException {
    while (true) {
      Optional<Input> answer = awaitAnswerOrLead(id, deadline);
      if (answer.isPresent()) {
        return answer.get();
      }
      lead(deadline);
    }
  }

  /** Returns the answer, or nothing once this thread is the leader. */
  private Optional<Input> awaitAnswerOrLead(long id, long deadline) throws IOException {
    while (true) {
      synchronized (this) {
        Optional<Input> answer = calls.getOrDefault(id, Optional.empty());
        if (answer.isPresent()) {
          return answer; // one that came before the loss counts
        }
        checkConnected();
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while waiting for the store at " + where);
        }
        long left = deadline - System.nanoTime();
        if (left > 0 && !hasLeader) {
          hasLeader = true;
          return Optional.empty();
        }
        if (left > 0) {
          try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          continue;
        }
      }
      loseSilent();
    }
  }

  /** Reads until something comes, an interrupt or the deadline, and leads no longer. */
  private void lead(long deadline) {
    try {
      Input frame = frames.next(Math.max(0, deadline - System.nanoTime()));
      if (frame != null) {
        take(frame);
      }
    } catch (IOException e) {
      lose(
          "the worker that hosted the store at "
              + where
              + " died or was cut off"
              + (e instanceof EOFException ? "" : " (" + FailureText.of(e) + ")"),
          false);
    } catch (MalformedException e) {
      lose("the host of the store at " + where + " sent " + e.getMessage(), false);
    } catch (RuntimeException | Error e) { // the answer of another caller may be lost
      lose("reading from the store at " + where + " failed: " + FailureText.of(e), false);
      throw e;
    } finally {
      synchronized (this) {
        hasLeader = false;
        notifyAll();
      }
    }
  }

  private void take(Input frame) {
    long id = frame.readVarLong();
    if (id == 0 && frame.readUnsignedByte() == StoreProtocol.GOODBYE) {
      lose("the worker that hosted the store at " + where + " closed it", true);
      return;
    }
    synchronized (this) {
      calls.replace(id, Optional.of(frame));
    }
  }

  private Input result(Input answer) throws IOException {
    if (answer.readUnsignedByte() == StoreProtocol.DONE) {
      return answer;
    }
    throw new IOException("the store at " + where + " says: " + ForeignText.of(answer.readUtf8()));
  }

  @GuardedBy("this")
  private void checkConnected() throws StoreLostException {
    StoreLostException reason = lost;
    if (reason != null) {
      StoreLostException own =
          new StoreLostException(String.valueOf(reason.getMessage()), reason.isGraceful());
      own.initCause(reason);
      throw own;
    }
  }

  private void loseSilent() {
    lose(
        "the host of the store at "
            + where
            + " has not answered for "
            + Durations.format(ANSWER_NANOS),
        false);
  }

  private void lose(String why, boolean graceful) {
    synchronized (this) {
      if (lost == null) {
        lost = new StoreLostException(why, graceful);
        notifyAll();
      }
    }
    link.close();
  }

  /** Ends the connection; calls that wait for it fail. */
  @Override
  public void close() {
    lose("the connection to the store at " + where + " was closed here", true);
  }
}
