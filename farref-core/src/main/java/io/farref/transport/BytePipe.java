package io.farref.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes from one writer to one reader in this JVM: a ring buffer that grows up to its capacity.
 * When it is full, the writer waits.
 */
final class BytePipe {
  private static final int INITIAL = 4 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();
  private final Condition writable = lock.newCondition();
  private final ReaderInterrupts interrupts = new ReaderInterrupts();
  private final int capacity;

  @GuardedBy("lock")
  private byte[] ring;

  @GuardedBy("lock")
  private int head;

  @GuardedBy("lock")
  private int size;

  @GuardedBy("lock")
  private boolean woken;

  @GuardedBy("lock")
  private boolean writerClosed;

  @GuardedBy("lock")
  private boolean readerClosed;

  BytePipe(int capacity) {
    this.capacity = capacity;
    this.ring = new byte[Math.min(INITIAL, capacity)];
  }

  /** See {@link io.farref.spi.Link#read}. */
  int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    lock.lock();
    try {
      if (size == 0 && timeoutNanos != 0) {
        awaitReadable(timeoutNanos);
      }
      if (readerClosed) {
        throw new ClosedChannelException();
      }
      return size == 0 && writerClosed ? -1 : take(dst);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void awaitReadable(long timeoutNanos) throws IOException {
    boolean stop = interrupts.begin();
    boolean waited = false;
    try {
      for (long left = timeoutNanos; size == 0 && !writerClosed && !readerClosed; waited = true) {
        if (woken) {
          woken = false;
          return;
        }
        if (stop || left == 0) {
          return;
        }
        try {
          if (timeoutNanos < 0) {
            readable.await();
          } else {
            left = Math.max(0, readable.awaitNanos(left));
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          stop = interrupts.arrived();
        }
      }
      if (readerClosed && waited) {
        throw new AsynchronousCloseException();
      }
    } finally {
      interrupts.end();
    }
  }

  @GuardedBy("lock")
  private int take(ByteBuffer dst) {
    int count = Math.min(size, dst.remaining());
    int first = Math.min(count, ring.length - head);
    dst.put(ring, head, first).put(ring, 0, count - first);
    size -= count;
    head = size == 0 ? 0 : (head + count) % ring.length;
    writable.signal();
    return count;
  }

  /** Ends the wait of the reader, or its next wait. */
  void wakeup() {
    lock.lock();
    try {
      woken = true;
      readable.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes {@code src}, waiting for the reader.
   *
   * @param timeoutNanos how long to wait; negative waits without limit
   * @return whether all of it was written
   */
  boolean write(ByteBuffer src, long timeoutNanos) throws IOException {
    lock.lock();
    try {
      for (long left = timeoutNanos; ; ) {
        if (writerClosed) {
          throw new ClosedChannelException();
        }
        if (readerClosed) {
          throw new IOException("the other side has closed the in-process connection");
        }
        if (!src.hasRemaining()) {
          return true;
        }
        if (size == capacity && left == 0) {
          return false;
        }
        if (size == capacity) {
          left = awaitSpace(left);
        } else {
          put(src);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits once, perhaps spuriously short; returns how much of the time is left. */
  @SuppressWarnings("WaitNotInLoop") // the loop is in the caller
  @GuardedBy("lock")
  private long awaitSpace(long nanos) {
    if (nanos < 0) {
      writable.awaitUninterruptibly();
      return nanos;
    }
    long end = System.nanoTime() + nanos;
    boolean interrupted = Thread.interrupted();
    try {
      return Math.max(0, writable.awaitNanos(nanos));
    } catch (InterruptedException e) {
      interrupted = true;
      return Math.max(0, end - System.nanoTime());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @GuardedBy("lock")
  private void put(ByteBuffer src) {
    int count = Math.min(capacity - size, src.remaining());
    if (count > ring.length - size) {
      grow(size + count);
    }
    int tail = (head + size) % ring.length;
    int first = Math.min(count, ring.length - tail);
    src.get(ring, tail, first).get(ring, 0, count - first);
    size += count;
    readable.signal();
  }

  @GuardedBy("lock")
  private void grow(int atLeast) {
    int length = (int) Math.min(capacity, Math.max(atLeast, 2L * ring.length));
    byte[] bigger = new byte[length];
    int first = Math.min(size, ring.length - head);
    System.arraycopy(ring, head, bigger, 0, first);
    System.arraycopy(ring, 0, bigger, first, size - first);
    ring = bigger;
    head = 0;
  }

  /** Ends the stream; the bytes that were written can still be read. */
  void closeWriter() {
    lock.lock();
    try {
      writerClosed = true;
      readable.signalAll();
      writable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends reading; the bytes that were written are dropped. */
  void closeReader() {
    lock.lock();
    try {
      readerClosed = true;
      size = 0;
      ring = new byte[0];
      readable.signalAll();
      writable.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
