package io.farref.testkit;

import io.farref.spi.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection of a {@link FaultyNetwork}. Bytes are read from the link below only when
 * the flow allows a read, and are given to the reader only as far as the flow allows.
 */
final class FaultyLink implements Link {
  private final FaultyNetwork network;
  private final FaultyConnection connection;
  private final FaultyFlow in;
  private final FaultyFlow out;
  private final Link below;

  /** Bytes that have been read below and not been delivered yet. Used by the reader only. */
  private final ByteBuffer arrived = ByteBuffer.allocate(16 << 10).flip();

  private boolean ended;

  /** The thread whose present interrupt has ended a wait already. Used by the reader only. */
  private long toldThread;

  // Guarded by network.lock. No annotation says so, because the check does not follow a lock into
  // the lambdas of network.locked().
  private boolean woken;
  private boolean closed;

  FaultyLink(
      FaultyNetwork network,
      FaultyConnection connection,
      FaultyFlow in,
      FaultyFlow out,
      Link below) {
    this.network = network;
    this.connection = connection;
    this.in = in;
    this.out = out;
    this.below = below;
  }

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    boolean flagged = Thread.interrupted();
    long me = Thread.currentThread().threadId();
    boolean stop = flagged && toldThread != me;
    toldThread = flagged ? me : 0;
    long start = System.nanoTime();
    try {
      while (true) {
        long left = timeoutNanos < 0 ? -1 : Math.max(0, timeoutNanos - (System.nanoTime() - start));
        Step step = next(dst, stop ? 0 : left);
        if (step.done) {
          return step.result;
        }
        if (Thread.interrupted()) {
          flagged = true;
          toldThread = me;
          stop = true;
        }
      }
    } finally {
      if (flagged) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The outcome of one attempt to read. */
  private record Step(boolean done, int result) {
    static final Step AGAIN = new Step(false, 0);

    static Step done(int result) {
      return new Step(true, result);
    }
  }

  /** Delivers bytes, or waits once: for the flow, or for the link below. */
  private Step next(ByteBuffer dst, long left) throws IOException {
    network.lock.lock();
    try {
      requireUsable(null);
      int allowed = in.allowance();
      if (allowed > 0 && arrived.hasRemaining()) {
        return Step.done(deliver(dst, allowed));
      }
      if (ended && !arrived.hasRemaining() && !in.isHeld()) {
        return Step.done(-1);
      }
      if (woken && left != 0) {
        woken = false;
        return Step.done(0);
      }
      if (allowed == 0 || ended) {
        return left == 0 ? Step.done(0) : awaitFlow(left);
      }
    } finally {
      network.lock.unlock();
    }
    return readBelow(left);
  }

  private int deliver(ByteBuffer dst, int allowed) {
    int count = Math.min(allowed, Math.min(dst.remaining(), arrived.remaining()));
    dst.put(dst.position(), arrived, arrived.position(), count);
    dst.position(dst.position() + count);
    arrived.position(arrived.position() + count);
    in.delivered(count);
    return count;
  }

  private Step awaitFlow(long left) {
    try {
      in.awaitChange(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Step.AGAIN;
  }

  private Step readBelow(long left) throws IOException {
    arrived.clear();
    int count = 0;
    try {
      count = below.read(arrived, left);
    } catch (IOException e) {
      requireUsable(e);
      throw e;
    } finally {
      arrived.flip();
    }
    ended |= count < 0;
    return count == 0 && left == 0 ? Step.done(0) : Step.AGAIN;
  }

  @Override
  public void wakeup() {
    network.locking(
        () -> {
          woken = true;
          in.signal();
        });
    below.wakeup();
  }

  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    requireUsable(null);
    long all = remaining(srcs, offset, length);
    network.locking(() -> out.wrote(all));
    try {
      if (below.write(srcs, offset, length, timeoutNanos)) {
        return true;
      }
    } catch (IOException e) {
      awaitReleased();
      requireUsable(e);
      throw e;
    }
    long rest = remaining(srcs, offset, length);
    network.locking(() -> out.didNotWrite(rest));
    return false;
  }

  private static long remaining(ByteBuffer[] srcs, int offset, int length) {
    long bytes = 0;
    for (int i = offset; i < offset + length; i++) {
      bytes += srcs[i].remaining();
    }
    return bytes;
  }

  /** The end of the other side is held back with all bytes from there: waits until it is not. */
  private void awaitReleased() {
    boolean interrupted = false;
    network.lock.lock();
    try {
      while (in.isHeld() && !closed && !connection.isCut()) {
        try {
          in.awaitChange(-1);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      network.lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requireUsable(@Nullable IOException cause) throws IOException {
    if (network.locked(() -> closed)) {
      ClosedChannelException e =
          cause == null ? new ClosedChannelException() : new AsynchronousCloseException();
      e.initCause(cause);
      throw e;
    }
    connection.requireWhole(cause);
  }

  @Override
  public String remoteAddress() {
    return below.remoteAddress();
  }

  @Override
  public void close() {
    network.locking(
        () -> {
          closed = true;
          in.signal();
        });
    below.close();
  }

  /** Ends the link below, so that threads in it see that the connection was cut. */
  void closeUnderlying() {
    below.close();
  }

  @Override
  public String toString() {
    return "end of the " + connection + " over " + below;
  }
}
