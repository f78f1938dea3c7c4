package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.observe.FailureText;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a queue to a link. A thread that finds no other thread writing writes all
 * appended frames, so frames that pile up during one write leave together in the next.
 */
public final class WriteCoalescer {
  /**
   * How long a thread with a deadline waits for the link to take its bytes, before it leaves the
   * rest to another thread.
   */
  private static final long BRIEF_NANOS = 1_000_000;

  private static final int ROUNDS = 8;

  final FrameQueue queue;
  private final Meters meters;
  private final Executor helpers;
  private final FailureListener onFailure;

  @GuardedBy("queue.lock")
  private @Nullable Link link;

  @GuardedBy("queue.lock")
  private boolean writing;

  /** Whether a helper is about to write the appended frames; written under the lock. */
  private volatile boolean helped;

  /** Notified of a failed write, once. */
  public interface FailureListener {
    void writeFailed(IOException cause);
  }

  /** Makes a writer without a link. */
  public WriteCoalescer(
      FrameQueue queue, Meters meters, Executor helpers, FailureListener onFailure) {
    this.queue = queue;
    this.meters = meters;
    this.helpers = helpers;
    this.onFailure = onFailure;
  }

  /** Sets the link, and writes the frames that wait for it. */
  public void open(Link opened) {
    synchronized (queue.lock) {
      link = opened;
      queue.lock.notifyAll();
    }
    flush();
  }

  /** Removes the link until the next {@link #open}; a write under way ends. */
  public void pause() {
    synchronized (queue.lock) {
      link = null;
    }
  }

  /** Whether there is a link to write to. */
  public boolean isOpen() {
    synchronized (queue.lock) {
      return link != null && !queue.isClosed();
    }
  }

  /** The link, if no thread writes to it. */
  @GuardedBy("queue.lock")
  @Nullable Link idleLink() {
    return writing ? null : link;
  }

  /** Makes sure that all appended frames are written, by this thread or one that writes already. */
  public void flush() {
    if (!flush(ROUNDS, false)) {
      flushSoon(); // others append as fast as this thread writes, which has its own work to do
    }
  }

  /** As {@link #flush}, but does not wait for the other side for long: another thread does. */
  public void flushBriefly() {
    if (!flush(ROUNDS, true)) {
      flushSoon();
    }
  }

  /**
   * Makes sure that all appended frames are written soon, by another thread. The caller has more to
   * append, and all that it appends until the other thread writes leaves together.
   */
  public void flushSoon() {
    if (helped) {
      return;
    }
    synchronized (queue.lock) {
      if (helped || idleLink() == null) {
        return; // the thread that writes takes the frames along; open() flushes
      }
      helped = true;
    }
    try {
      helpers.execute(this::help);
    } catch (RuntimeException | Error e) { // no thread can be started
      synchronized (queue.lock) {
        helped = false;
      }
      flush();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint only: more may leave with the next write
  private void help() {
    boolean more = true;
    while (more) {
      flushAll();
      Thread.yield(); // to threads that append, if they lack a processor
      synchronized (queue.lock) {
        more = !queue.isEmpty() && !queue.isClosed() && idleLink() != null;
        helped = more;
      }
    }
  }

  /** Has all appended frames written, and waits for that with a timeout. */
  public void drain(long nanos) {
    long end = System.nanoTime() + nanos;
    helpers.execute(this::flushAll); // a write may last for ever
    boolean interrupted = false;
    synchronized (queue.lock) {
      long left = nanos;
      while (queue.isPending() && link != null && !queue.isClosed() && left > 0 && !interrupted) {
        try {
          queue.await(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = end - System.nanoTime();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void flushAll() {
    flush(Integer.MAX_VALUE, false);
  }

  /** Returns false if there were still frames to write after that many rounds. */
  private boolean flush(int rounds, boolean briefly) {
    for (int round = 0; round < rounds; round++) {
      WriteBatch batch;
      Link to;
      synchronized (queue.lock) {
        to = idleLink();
        if (to == null || queue.isEmpty()) {
          return true;
        }
        batch = begin(0);
      }
      if (!write(batch, null, to, briefly)) {
        return true; // it failed, or another thread continues
      }
    }
    return false;
  }

  /** The current thread writes from now on: all appended frames, and that many more bytes. */
  @GuardedBy("queue.lock")
  WriteBatch begin(long more) {
    WriteBatch batch = queue.takeWith(more);
    writing = true; // only now: if there is no memory for the batch, nobody writes
    return batch;
  }

  /**
   * Writes a batch, and behind it a chunk. The write may be brief: then it does not wait for the
   * other side for long.
   *
   * @return false if it failed, or if another thread continues it
   */
  boolean write(WriteBatch batch, @Nullable MemorySegment chunk, Link to, boolean briefly) {
    IOException failure = null;
    try {
      if (chunk != null) {
        batch.add(chunk);
      }
      batch.leave();
      if (!briefly) {
        batch.writeTo(to);
      } else if (!batch.writeTo(to, BRIEF_NANOS)) {
        helpers.execute(() -> writeRest(batch, to));
        return false;
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) { // memory that its owner has closed, say
      failure = unwritable(e);
    }
    return written(batch, failure);
  }

  private void writeRest(WriteBatch batch, Link to) {
    IOException failure = null;
    try {
      batch.writeTo(to);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = unwritable(e);
    }
    if (written(batch, failure)) {
      flushAll();
    }
  }

  private static IOException unwritable(Throwable e) {
    String what =
        e instanceof Error
            ? "what was to be sent cannot be written: "
            : "memory that was to be sent cannot be read: ";
    return new IOException(what + FailureText.of(e), e);
  }

  /** Something that others wait for cannot be sent: ends the connection. */
  void fail(Throwable cause) {
    onFailure.writeFailed(unwritable(cause));
  }

  /** The current thread has begun, but cannot write: ends the connection. */
  void abort(WriteBatch batch, Throwable cause) {
    written(batch, unwritable(cause));
  }

  private boolean written(WriteBatch batch, @Nullable IOException failure) {
    if (failure == null) {
      meters.bytesSent.add(batch.size());
    }
    synchronized (queue.lock) {
      writing = false;
      queue.written(batch, failure != null);
    }
    if (failure != null) {
      onFailure.writeFailed(failure);
    }
    return failure == null;
  }
}
