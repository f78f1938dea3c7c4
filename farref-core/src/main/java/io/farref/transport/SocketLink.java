package io.farref.transport;

import io.farref.bytes.ByteBuffers;
import io.farref.spi.Link;
import io.farref.time.Expiry;
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
import org.jspecify.annotations.Nullable;

/** A connection over a socket. Tries each operation first, and waits in a selector if it must. */
public final class SocketLink implements Link {
  private static final Logger LOG = System.getLogger(SocketLink.class.getPackageName());

  /**
   * How many bytes of heap buffers one system call reads or writes. The JDK copies them through a
   * direct buffer of that size, which each thread keeps.
   */
  static final int HEAP_SLICE = 512 << 10;

  /** After this many reads in a row that found nothing, the next ones wait first... */
  private static final int TRIES = 4;

  /** ...except for one in this many plus one. */
  private static final int RETRY = 31;

  /** How much input {@link #close} reads and drops. */
  private static final int MAX_DISCARD = 4 << 20;

  private final SocketChannel channel;
  private final String scheme;
  private final String remoteAddress;
  private final ChannelReadiness readable;
  private final ReaderInterrupts interrupts = new ReaderInterrupts();

  private final AtomicBoolean closed = new AtomicBoolean();

  // Used by the reader only.
  private int emptyTries;
  private int untried;

  /** Set before {@code waiting} is read; the reader sets {@code waiting} before it reads this. */
  private volatile boolean woken;

  private volatile boolean waiting;

  /**
   * Made when a write first has to wait. Written and closed under {@code this}, read without it.
   */
  private volatile @Nullable ChannelReadiness writable;

  /** Takes over a connected channel in non-blocking mode. */
  public SocketLink(SocketChannel channel, String scheme, String remoteAddress) throws IOException {
    this.channel = channel;
    this.scheme = scheme;
    this.remoteAddress = remoteAddress;
    this.readable = new ChannelReadiness(channel, SelectionKey.OP_READ);
  }

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    if (timeoutNanos == 0 || isWorthATry()) {
      int count = tryRead(dst);
      if (count != 0 || timeoutNanos == 0) {
        emptyTries = 0;
        return count;
      }
      emptyTries++;
    }
    return awaitRead(dst, Expiry.in(timeoutNanos));
  }

  /** A reader that found nothing several times most likely waits for an answer to a new request. */
  private boolean isWorthATry() {
    return emptyTries < TRIES || (++untried & RETRY) == 0;
  }

  private int awaitRead(ByteBuffer dst, Expiry deadline) throws IOException {
    boolean stop = interrupts.begin();
    waiting = true;
    try {
      while (true) {
        if (woken) {
          woken = false;
          return 0;
        }
        if (stop || deadline.isOver()) {
          return 0;
        }
        readable.await(deadline.left());
        int count = tryRead(dst);
        if (count != 0) {
          return count;
        }
        stop = interrupts.arrived();
      }
    } finally {
      waiting = false;
      interrupts.end();
    }
  }

  private int tryRead(ByteBuffer dst) throws IOException {
    try {
      if (dst.isDirect() || dst.remaining() <= HEAP_SLICE) {
        return channel.read(dst);
      }
      int limit = dst.limit();
      dst.limit(dst.position() + HEAP_SLICE);
      try {
        return channel.read(dst);
      } finally {
        dst.limit(limit);
      }
    } catch (IOException e) {
      throw broken("reading", e);
    }
  }

  @Override
  public void wakeup() {
    woken = true;
    if (waiting) {
      readable.wakeup();
    }
  }

  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    int end = offset + length;
    Expiry deadline = null;
    for (int i = offset; (i = ByteBuffers.skipEmpty(srcs, i, end)) < end; ) {
      if (tryWrite(srcs, i, end) == 0) {
        deadline = deadline == null ? Expiry.in(timeoutNanos) : deadline;
        if (deadline.isOver()) {
          return false;
        }
        writable().awaitUninterruptibly(deadline.left());
      }
    }
    return true;
  }

  /** Writes once, from {@code start} on, and no more than {@link #HEAP_SLICE} bytes of the heap. */
  private long tryWrite(ByteBuffer[] srcs, int start, int end) throws IOException {
    long heap = 0;
    int i = start;
    while (i < end && heap < HEAP_SLICE) {
      ByteBuffer src = srcs[i++];
      heap += src.isDirect() ? 0 : src.remaining();
    }
    ByteBuffer last = srcs[i - 1];
    int limit = last.limit();
    if (heap > HEAP_SLICE) {
      last.limit((int) (limit - (heap - HEAP_SLICE)));
    }
    try {
      return i - start == 1 ? channel.write(last) : channel.write(srcs, start, i - start);
    } catch (IOException e) {
      throw broken("writing", e);
    } finally {
      last.limit(limit);
    }
  }

  private ChannelReadiness writable() throws IOException {
    ChannelReadiness present = writable;
    return present != null ? present : makeWritable();
  }

  private synchronized ChannelReadiness makeWritable() throws IOException {
    // After close() this fails: the channel is closed.
    ChannelReadiness made = new ChannelReadiness(channel, SelectionKey.OP_WRITE);
    writable = made;
    return made;
  }

  private IOException broken(String doing, IOException e) {
    if (e instanceof ClosedChannelException) {
      return e;
    }
    if (closed.get()) {
      return (IOException) new AsynchronousCloseException().initCause(e);
    }
    return new IOException(
        "the connection to " + remoteAddress + " broke while " + doing + ": " + e.getMessage(), e);
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
    try (channel) {
      discardInput();
    } catch (IOException e) {
      // The other side has closed the connection first.
      LOG.log(Level.DEBUG, () -> "the connection to " + remoteAddress + " was broken already", e);
    }
    synchronized (this) {
      close(readable);
      close(writable);
    }
  }

  /**
   * Closing a socket with unread input resets it, and the bytes that were written last are lost.
   */
  private void discardInput() throws IOException {
    ByteBuffer dump = ByteBuffer.allocate(64 << 10);
    for (int n, sum = 0; (n = channel.read(dump)) > 0 && sum < MAX_DISCARD; sum += n) {
      dump.clear();
    }
  }

  private void close(@Nullable ChannelReadiness readiness) {
    try {
      if (readiness != null) {
        readiness.close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a selector of the connection to " + remoteAddress + " stays open", e);
    }
  }

  @Override
  public String toString() {
    return "link to " + scheme + " " + remoteAddress;
  }
}
