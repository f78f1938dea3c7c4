package io.farref.transport.shm;

import io.farref.spi.Link;
import io.farref.time.Expiry;
import io.farref.transport.ReaderInterrupts;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection through shared memory: a ring in each direction, and a socket that shows when the
 * other process is gone.
 *
 * <p>{@link #close} unmaps the memory, even in the middle of a read or write; there the JDK then
 * throws {@link IllegalStateException}.
 */
final class ShmLink implements Link, ShmSocketWatcher.Handler {
  private static final Logger LOG = System.getLogger(ShmLink.class.getPackageName());

  /**
   * A large write is published in slices, so that the other side copies one while the next is
   * written.
   */
  private static final int SLICE = 64 << 10;

  private final SharedMemory memory;
  private final SocketChannel lifeline;
  private final String remoteAddress;

  private final RingReader in;
  private final RingWriter out;
  private final FutexWaiter reading;
  private final FutexWaiter writing;

  /** The words in which the other side's reader and writer sleep. */
  private final FutexWord reader;

  private final FutexWord writer;

  private final ReaderInterrupts interrupts = new ReaderInterrupts();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Whether the other process has closed the lifeline, or ended. */
  private volatile boolean gone;

  private volatile boolean woken;

  /** For how many free bytes the writing thread waits. */
  private int wantedSpace;

  /**
   * Takes over shared memory and a connected channel in non-blocking mode.
   *
   * @param outgoing the ring to write to, 0 or 1; the other one is read
   */
  ShmLink(SharedMemory memory, int outgoing, SocketChannel lifeline, String remoteAddress)
      throws IOException {
    this.memory = memory;
    this.lifeline = lifeline;
    this.remoteAddress = remoteAddress;
    long there = ShmLayout.control(outgoing);
    long here = ShmLayout.control(1 - outgoing);
    in = new RingReader(memory, 1 - outgoing);
    out = new RingWriter(memory, outgoing);
    reading =
        new FutexWaiter(memory, here + ShmLayout.READER_WAITS, this::mayRead, new AdaptiveSpin());
    writing =
        new FutexWaiter(memory, there + ShmLayout.WRITER_WAITS, this::mayWrite, new AdaptiveSpin());
    reader = new FutexWord(memory, there + ShmLayout.READER_WAITS);
    writer = new FutexWord(memory, here + ShmLayout.WRITER_WAITS);
    ShmSocketWatcher.watch(lifeline, SelectionKey.OP_READ, this);
  }

  // Reading.

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    try {
      int count = tryRead(dst);
      return count != 0 || timeoutNanos == 0 ? count : awaitRead(dst, Expiry.in(timeoutNanos));
    } catch (IllegalStateException e) {
      throw unmapped(e);
    }
  }

  private int awaitRead(ByteBuffer dst, Expiry deadline) throws IOException {
    boolean stop = interrupts.begin();
    try {
      while (true) {
        if (woken) {
          woken = false;
          return 0;
        }
        if (stop || deadline.isOver()) {
          return 0;
        }
        reading.await(deadline.left());
        int count = tryRead(dst);
        if (count != 0) {
          return count;
        }
        stop = interrupts.arrived();
      }
    } finally {
      interrupts.end();
    }
  }

  private boolean mayRead() throws IOException {
    return in.available() > 0
        || in.isWriterClosed()
        || woken
        || gone
        || closed.get()
        || Thread.currentThread().isInterrupted();
  }

  private int tryRead(ByteBuffer dst) throws IOException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
    // Both are read before the ring, so that bytes written before either are seen.
    boolean lost = gone;
    boolean ended = in.isWriterClosed();
    int sum = 0;
    int count;
    while (dst.hasRemaining() && (count = in.take(dst, SLICE)) > 0) {
      sum += count;
      if (writer.isAsleep() && memory.capacity() - in.available() >= enoughSpace()) {
        wake(writer);
      }
    }
    if (sum > 0) {
      return sum;
    }
    if (ended) {
      return -1;
    }
    if (lost) {
      throw lost("reading from");
    }
    return 0;
  }

  /** A writer that found the ring full is not woken for fewer free bytes. */
  private int enoughSpace() {
    return memory.capacity() / 8;
  }

  @Override
  public void wakeup() {
    woken = true;
    reading.wake();
  }

  // Writing.

  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    try {
      checkWritable();
      boolean all = true;
      for (int i = offset; all && i < offset + length; i++) {
        all = put(srcs[i], timeoutNanos);
      }
      flush();
      return all;
    } catch (IllegalStateException e) {
      throw unmapped(e);
    }
  }

  private boolean put(ByteBuffer src, long timeoutNanos) throws IOException {
    while (src.hasRemaining()) {
      if (out.put(src, SLICE - out.unpublished()) == 0) {
        flush();
        if (!awaitSpace(src.remaining(), Expiry.in(timeoutNanos))) {
          return false;
        }
      } else if (out.unpublished() >= SLICE) {
        flush();
      }
    }
    return true;
  }

  private void flush() {
    if (out.unpublished() > 0) {
      out.publish();
      if (reader.isAsleep()) {
        wake(reader);
      }
    }
  }

  /** Returns false if the time passed first. */
  private boolean awaitSpace(int wanted, Expiry deadline) throws IOException {
    wantedSpace = Math.min(wanted, enoughSpace());
    boolean interrupted = Thread.interrupted();
    try {
      while (!mayWrite()) {
        if (deadline.isOver()) {
          return false;
        }
        writing.await(deadline.left());
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    checkWritable();
    return true;
  }

  private boolean mayWrite() throws IOException {
    return out.free() >= wantedSpace || out.isReaderClosed() || gone || closed.get();
  }

  private void checkWritable() throws IOException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
    if (out.isReaderClosed()) {
      throw new IOException("the other side has closed the connection to " + remoteAddress);
    }
    if (gone) {
      throw lost("writing to");
    }
  }

  // The other side, and the end.

  private void wake(FutexWord sleeper) {
    if (sleeper.wake()) {
      try {
        lifeline.write(
            ByteBuffer.allocate(
                1)); // if the socket is full, the other side has something to read already
      } catch (IOException e) {
        LOG.log(Level.DEBUG, () -> remoteAddress + " was gone when it was to be woken", e);
      }
    }
  }

  /** Called by the watcher when the other side has sent a byte, or is gone. */
  @Override
  public boolean ready() {
    boolean alive;
    try {
      alive = lifeline.read(ByteBuffer.allocate(256)) >= 0;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "the socket beside " + this + " broke", e);
      alive = false;
    }
    if (!alive) {
      gone = true;
    }
    reading.wake();
    writing.wake();
    return alive;
  }

  /** The other side's end would not be noticed any more. */
  @Override
  public boolean failed(Throwable cause) {
    LOG.log(Level.WARNING, () -> "the socket beside " + this + " cannot be watched", cause);
    gone = true;
    reading.wake();
    writing.wake();
    return false;
  }

  private IOException lost(String doing) {
    return new IOException(
        "the other process ended, or was killed, before it closed: " + doing + " " + remoteAddress);
  }

  private IOException unmapped(IllegalStateException e) {
    if (closed.get()) {
      return (IOException) new AsynchronousCloseException().initCause(e);
    }
    throw e;
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    in.close();
    out.close();
    wakeIfAsleep(reader);
    wakeIfAsleep(writer);
    reading.wake();
    writing.wake();
    try {
      lifeline.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, () -> "the socket beside " + this + " stays open", e);
    }
    ShmSocketWatcher.forgetClosed();
    memory.release();
  }

  private void wakeIfAsleep(FutexWord sleeper) {
    if (sleeper.isAsleep()) {
      wake(sleeper);
    }
  }

  @Override
  public String toString() {
    return "link to shm " + remoteAddress;
  }
}
