package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.bytes.Output;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The frames that leave on a connection, in order, until a {@link WriteCoalescer} writes them. Any
 * thread appends. Positions in the stream count every byte since the connection began.
 *
 * <p>It takes frames before the link is open. A full queue takes no more messages. It always takes
 * the library's own frames, which are small and few.
 */
public final class FrameQueue {
  /** Returned by {@link #tryAppend} when the queue is full. */
  public static final long FULL = -1;

  /** Guards the queue and the state of its writer; waiting for either releases it. */
  final Object lock = new Object();

  private final long capacity;

  @GuardedBy("lock")
  private WriteBatch filling = new WriteBatch();

  @GuardedBy("lock")
  private WriteBatch spare = new WriteBatch();

  @GuardedBy("lock")
  private boolean closed;

  /** Threads that a write may let continue. */
  @GuardedBy("lock")
  private int waiters;

  @GuardedBy("lock")
  private long handedOver;

  // Written under the lock.
  private volatile long appended;
  private volatile long written;

  /** Makes an empty queue that is full when it holds more bytes than {@code capacity}. */
  public FrameQueue(long capacity) {
    this.capacity = capacity;
  }

  /** The queue is full when it holds more bytes than this. */
  public long capacity() {
    return capacity;
  }

  /** Whether the queue takes no more messages now. */
  public boolean isFull() {
    return appended - written > capacity;
  }

  /**
   * Takes no more frames; threads that wait for capacity fail. Frames that were appended can still
   * be written.
   */
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }

  /**
   * The position in the stream up to which bytes were handed to the link, written yet or not. Once
   * the queue is closed, a frame that begins there or later will never leave.
   */
  public long handedOver() {
    synchronized (lock) {
      return handedOver;
    }
  }

  /** The position in the stream behind the frame that was appended last. */
  public long appended() {
    return appended;
  }

  /** Whether something waits to be written. */
  public boolean isPending() {
    return appended != written;
  }

  /** How many appended bytes are not written yet; approximate. */
  public long pendingBytes() {
    return appended - written;
  }

  /**
   * Appends one of the library's own frames, full or not; it is copied.
   *
   * @return where in the stream the frame begins
   * @throws ClosedChannelException if the connection is closed
   */
  public long append(byte[] frame) throws ClosedChannelException {
    return append(frame, frame.length);
  }

  /** As {@link #append(byte[])}, with the content of an output. */
  public long append(Output frame) throws ClosedChannelException {
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
   * Appends a message and the buffers that follow it, unless the queue is full. The message is
   * copied; the buffers are not, and must not change until they are written.
   *
   * @param along run when the message is certain to leave and no thread can have written it yet
   * @return where in the stream the frame begins, or {@link #FULL}
   * @throws ClosedChannelException if the connection is closed
   */
  public long tryAppend(Output frame, List<ByteBuffer> attachments, @Nullable Runnable along)
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
   * Waits until the queue is no longer full.
   *
   * @throws RuntimeException if the wait is ended first
   */
  public void awaitCapacity(BoundedWait wait) throws ClosedChannelException {
    synchronized (lock) {
      while (isFull()) {
        checkOpen();
        await(wait);
      }
    }
  }

  /**
   * Waits until the stream was written up to a position.
   *
   * @throws ClosedChannelException if the queue is closed first, as it is when a write fails
   */
  void awaitWritten(long end, BoundedWait wait) throws ClosedChannelException {
    synchronized (lock) {
      while (written < end) {
        checkOpen();
        await(wait);
      }
      checkOpen();
    }
  }

  /** Waits for the next write to end, or the queue to close. */
  @GuardedBy("lock")
  void await(BoundedWait wait) {
    waiters++;
    try {
      wait.await(lock);
    } finally {
      waiters--;
    }
  }

  /** As {@link #await(BoundedWait)}, but with a timeout. */
  @GuardedBy("lock")
  @SuppressWarnings("WaitNotInLoop") // the caller has the loop
  void await(long nanos) throws InterruptedException {
    waiters++;
    try {
      TimeUnit.NANOSECONDS.timedWait(lock, nanos);
    } finally {
      waiters--;
    }
  }

  @GuardedBy("lock")
  boolean isClosed() {
    return closed;
  }

  @GuardedBy("lock")
  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /** Whether the next batch is empty. */
  @GuardedBy("lock")
  boolean isEmpty() {
    return filling.isEmpty();
  }

  /**
   * Takes all appended frames to write them; {@link #written} follows before this is called again.
   */
  @GuardedBy("lock")
  WriteBatch take() {
    handedOver = appended;
    WriteBatch batch = filling;
    filling = spare;
    return batch;
  }

  /** As {@link #take()}; the caller adds that many more bytes to the batch. */
  @GuardedBy("lock")
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  WriteBatch takeWith(long more) {
    appended += more;
    return take();
  }

  /** The batch that was taken last has been written, or the write has failed. */
  @GuardedBy("lock")
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  void written(WriteBatch batch, boolean failed) {
    written += batch.size();
    batch.clear();
    spare = batch;
    closed |= failed;
    if (waiters > 0) {
      lock.notifyAll();
    }
  }
}
