package io.farref.call;

import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on a connection, in order. Any thread appends; whichever thread then finds nobody
 * writing writes all there is, so frames that pile up during one write leave together in the next.
 *
 * <p>It takes frames before the link is open. A full outbox takes no more messages; the library's
 * own frames, which are small and of which there are few, it takes always.
 */
final class Outbox {
  /** What {@link #tryAppend} returns when it is. */
  static final long FULL = -1;

  /**
   * So long a thread that has a limit of time waits for the link to take what it writes, before it
   * leaves the rest to another thread.
   */
  private static final long BRIEF_NANOS = 1_000_000;

  private static final int ROUNDS = 8;

  private final Meters meters;
  private final Executor helpers;
  private final FailureListener onFailure;
  private final long capacity;

  private final Object lock = new Object();
  private Batch filling = new Batch();
  private Batch spare = new Batch();
  private @Nullable Link link;
  private boolean writing;

  /** Who has a chunk to write, in the order of their turns. */
  private final ArrayDeque<Object> carriers = new ArrayDeque<>();

  /** Of who writes. */
  private @Nullable ByteBuffer scratch;

  /** Somebody is going to look for what was appended, under the lock. */
  private volatile boolean helped;

  private boolean closed;
  private int waiters;
  private volatile long appended;
  private long handedOver;
  private volatile long written;

  /** Hears of a failed write, once. */
  interface FailureListener {
    void writeFailed(IOException cause);
  }

  /** Makes an empty one that is full with more than so many bytes. */
  Outbox(Meters meters, Executor helpers, FailureListener onFailure, long capacity) {
    this.meters = meters;
    this.helpers = helpers;
    this.onFailure = onFailure;
    this.capacity = capacity;
  }

  /** With more bytes than this it is full. */
  long capacity() {
    return capacity;
  }

  /** Whether it takes no more messages now. */
  boolean isFull() {
    return appended - written > capacity;
  }

  /** From now on there is a link to write to. */
  void open(Link opened) {
    synchronized (lock) {
      link = opened;
      lock.notifyAll();
    }
    flush();
  }

  /** Nothing leaves before it is {@linkplain #open opened} again; a write under way ends. */
  void pause() {
    synchronized (lock) {
      link = null;
    }
  }

  /**
   * Takes no more; what waits for room goes on, and fails. What was appended can still be flushed.
   */
  void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }

  /**
   * How much of the stream was handed to the link, written yet or not; once this is closed, a frame
   * that begins there or later will never leave.
   */
  long handedOver() {
    synchronized (lock) {
      return handedOver;
    }
  }

  /** Whether there is a link to write to. */
  boolean isOpen() {
    synchronized (lock) {
      return link != null && !closed;
    }
  }

  /** The end of the stream of what was appended. */
  long appended() {
    return appended;
  }

  /** Whether something waits to be written. */
  boolean isPending() {
    return appended != written;
  }

  /** How much of what was appended is not written; about so much. */
  long pendingBytes() {
    return appended - written;
  }

  /**
   * Appends one of the library's own frames, full or not; it is copied.
   *
   * @return where in the stream the frame begins
   * @throws ClosedChannelException if the connection is closed
   */
  long append(byte[] frame) throws ClosedChannelException {
    return append(frame, frame.length);
  }

  /** {@link #append(byte[])}, of what was written. */
  long append(Output frame) throws ClosedChannelException {
    return append(frame.array(), frame.size());
  }

  private long append(byte[] frame, int size) throws ClosedChannelException {
    synchronized (lock) {
      checkOpen();
      long at = appended;
      appended += filling.add(frame, size);
      return at;
    }
  }

  /**
   * Appends a message and what travels beside it, unless this is full. The message is copied; the
   * buffers are not, and must not change until they are written.
   *
   * @param along run when it is certain to leave and nobody can have written it yet
   * @return where in the stream the frame begins, or {@link #FULL}
   * @throws ClosedChannelException if the connection is closed
   */
  long tryAppend(Output frame, List<ByteBuffer> attachments, @Nullable Runnable along)
      throws ClosedChannelException {
    synchronized (lock) {
      checkOpen();
      if (isFull()) {
        return FULL;
      }
      long at = appended;
      appended += filling.add(frame.array(), frame.size());
      for (ByteBuffer each : attachments) {
        appended += filling.add(each.duplicate());
      }
      if (along != null) {
        along.run();
      }
      return at;
    }
  }

  /**
   * Waits until it is no longer full.
   *
   * @throws RuntimeException if the patience ends first
   */
  void awaitRoom(Patience patience) throws ClosedChannelException {
    synchronized (lock) {
      waiters++;
      try {
        while (isFull()) {
          checkOpen();
          patience.await(lock);
        }
      } finally {
        waiters--;
      }
    }
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /** Sees to it that all that was appended is written, by this thread or one that is at it. */
  void flush() {
    if (!flush(ROUNDS, false)) {
      flushSoon(); // others append as fast as this thread writes: it has its own work to do
    }
  }

  /** As {@link #flush}, but does not wait for the other side for long: another thread does. */
  void flushBriefly() {
    if (!flush(ROUNDS, true)) {
      flushSoon();
    }
  }

  /**
   * Sees to it that all that was appended is written soon, by another thread: this one has more to
   * append, and what it appends until the other gets there leaves together.
   */
  void flushSoon() {
    if (helped) {
      return;
    }
    synchronized (lock) {
      if (writing || helped || link == null) {
        return; // who writes takes it along; open() flushes
      }
      helped = true;
    }
    try {
      helpers.execute(this::help);
    } catch (OutOfMemoryError e) { // no thread to be had
      synchronized (lock) {
        helped = false;
      }
      flush();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint only: more may leave with the next write
  private void help() {
    boolean more = true;
    while (more) {
      flush(Integer.MAX_VALUE, false);
      Thread.yield(); // to those who append, if they lack a processor
      synchronized (lock) {
        more = !filling.isEmpty() && !writing && !closed && link != null;
        helped = more;
      }
    }
  }

  /** Sees to it that all that was appended is written, and waits for that; not without limit. */
  void drain(long nanos) {
    long end = System.nanoTime() + nanos;
    helpers.execute(this::flushAll); // a write may take for ever
    boolean interrupted = false;
    synchronized (lock) {
      long left = nanos;
      waiters++;
      while (appended != written && link != null && !closed && left > 0 && !interrupted) {
        try {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = end - System.nanoTime();
      }
      waiters--;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void flushAll() {
    flush(Integer.MAX_VALUE, false);
  }

  /** Returns false if there was still something to write after so many rounds. */
  private boolean flush(int rounds, boolean briefly) {
    for (int round = 0; round < rounds; round++) {
      Batch batch;
      Link to;
      synchronized (lock) {
        to = link;
        if (writing || to == null || filling.isEmpty()) {
          return true;
        }
        batch = take();
      }
      if (!write(batch, null, to, briefly)) {
        return true; // it failed, or another thread goes on
      }
    }
    return false;
  }

  /**
   * Writes all that was appended, and behind it a chunk; waits for its turn to do so. Those who
   * write chunks take turns, so between two chunks of one there is one of each other, and whatever
   * else has been appended.
   *
   * @param taken run when what is appended from now on will be written behind the chunk
   */
  void write(byte[] head, MemorySegment chunk, Patience patience, Runnable taken)
      throws ClosedChannelException {
    Batch batch;
    Link to;
    long end;
    Object me = new Object();
    synchronized (lock) {
      carriers.add(me);
      try {
        while (!closed && (writing || link == null || carriers.peek() != me)) {
          patience.await(lock);
        }
      } finally {
        carriers.remove(me);
        lock.notifyAll();
      }
      to = link;
      if (closed || to == null) {
        throw new ClosedChannelException();
      }
      appended += head.length + chunk.byteSize();
      batch = take();
      end = handedOver;
    }
    taken.run();
    batch.add(head, head.length);
    if (!write(batch, chunk, to, patience.isLimited())) {
      awaitWritten(end, patience);
    }
  }

  /** Until another thread has written so much of the stream. */
  private void awaitWritten(long end, Patience patience) throws ClosedChannelException {
    synchronized (lock) {
      waiters++;
      try {
        while (written < end) {
          checkOpen();
          patience.await(lock);
        }
        checkOpen(); // or the write has failed
      } finally {
        waiters--;
      }
    }
  }

  private ByteBuffer asBuffer(MemorySegment chunk) {
    if (Memory.isBufferable(chunk)) {
      return chunk.asByteBuffer();
    }
    if (scratch == null || scratch.capacity() < chunk.byteSize()) {
      scratch = ByteBuffer.allocateDirect((int) chunk.byteSize());
    }
    scratch.clear().limit((int) chunk.byteSize());
    MemorySegment.ofBuffer(scratch).copyFrom(chunk);
    return scratch;
  }

  private Batch take() {
    writing = true;
    handedOver = appended;
    Batch batch = filling;
    filling = spare;
    return batch;
  }

  /** Returns false if it failed, or if it was to be brief and another thread goes on with it. */
  private boolean write(Batch batch, @Nullable MemorySegment chunk, Link to, boolean briefly) {
    IOException failure = null;
    try {
      if (chunk != null) {
        batch.add(asBuffer(chunk));
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
    } catch (RuntimeException e) { // memory that its owner has closed, say
      failure = unreadable(e);
    }
    return written(batch, failure);
  }

  private void writeRest(Batch batch, Link to) {
    IOException failure = null;
    try {
      batch.writeTo(to);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = unreadable(e);
    }
    if (written(batch, failure)) {
      flushAll();
    }
  }

  private static IOException unreadable(RuntimeException e) {
    return new IOException("what was to be sent cannot be read: " + e, e);
  }

  private boolean written(Batch batch, @Nullable IOException failure) {
    if (failure == null) {
      meters.bytesSent.add(batch.size());
    }
    synchronized (lock) {
      written += batch.size();
      batch.clear();
      spare = batch;
      writing = false;
      closed |= failure != null;
      if (waiters > 0 || !carriers.isEmpty()) {
        lock.notifyAll();
      }
    }
    if (failure != null) {
      onFailure.writeFailed(failure);
    }
    return failure == null;
  }
}
