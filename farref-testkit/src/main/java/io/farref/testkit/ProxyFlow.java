package io.farref.testkit;

import io.farref.testkit.TcpFaultProxy.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One direction of a connection through a proxy. Confined to the proxy's thread. */
final class ProxyFlow {
  private static final int PIECE = 1 << 16;

  /** How many bytes may wait here before the source is not read any further. */
  private static final int MOST = 1 << 20;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ProxyLoop loop;
  private final ProxyFaults faults;
  private final Direction direction;
  private final SocketChannel from;
  private final SocketChannel to;
  private final double share;
  private final RandomGenerator random;
  private final ProxyConnection connection;
  private final Deque<Piece> waiting = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(PIECE);
  private long bytesWaiting;
  private long lastDue;
  private long mayWriteAt;
  private long wakeAt = Long.MAX_VALUE;
  private boolean sinkIsFull;
  private boolean sourceEnded;
  private boolean over;

  /** Bytes, and the earliest time at which they may arrive. */
  private record Piece(ByteBuffer bytes, long due) {}

  /**
   * @param share where the delay of this connection lies between the smallest (0) and the largest
   *     (1)
   */
  ProxyFlow(
      ProxyLoop loop,
      ProxyFaults faults,
      Direction direction,
      SocketChannel from,
      SocketChannel to,
      double share,
      long seed,
      ProxyConnection connection) {
    this.loop = loop;
    this.faults = faults;
    this.direction = direction;
    this.from = from;
    this.to = to;
    this.share = share;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.connection = connection;
  }

  /** Reads and writes the bytes that can be read and written now. */
  void move() throws IOException {
    if (over || faults.held.contains(direction)) {
      return;
    }
    read();
    write();
  }

  boolean isOver() {
    return over;
  }

  int readInterest() {
    return wantsToRead() ? SelectionKey.OP_READ : 0;
  }

  int writeInterest() {
    return sinkIsFull && !faults.held.contains(direction) ? SelectionKey.OP_WRITE : 0;
  }

  private boolean wantsToRead() {
    return !sourceEnded && bytesWaiting < MOST && !faults.held.contains(direction);
  }

  private void read() throws IOException {
    while (wantsToRead()) {
      int count = from.read(buffer.clear());
      if (count == 0) {
        return;
      }
      if (count < 0) {
        sourceEnded = true;
        return;
      }
      byte[] bytes = new byte[count];
      buffer.flip().get(bytes);
      lastDue = Math.max(lastDue, loop.now() + delay());
      waiting.add(new Piece(ByteBuffer.wrap(bytes), lastDue));
      bytesWaiting += count;
    }
  }

  private long delay() {
    long delay = faults.delayMin + (long) (faults.delaySpan * share);
    return faults.stallProbability > 0 && random.nextDouble() < faults.stallProbability
        ? delay + faults.stallNanos
        : delay;
  }

  private void write() throws IOException {
    sinkIsFull = false;
    while (!waiting.isEmpty()) {
      Piece next = waiting.element();
      long due = Math.max(next.due, mayWriteAt);
      if (due > loop.now()) {
        wakeAt(due);
        return;
      }
      int size = next.bytes.remaining();
      int most = (int) Math.min(Math.min(size, burst()), faults.untilCut(direction));
      int written = to.write(next.bytes.slice().limit(most));
      next.bytes.position(next.bytes.position() + written);
      bytesWaiting -= written;
      faults.gone(direction, written);
      if (faults.bytesPerSecond > 0) {
        mayWriteAt = Math.max(mayWriteAt, loop.now()) + written * SECOND / faults.bytesPerSecond;
      }
      if (!next.bytes.hasRemaining()) {
        waiting.remove();
      }
      if (faults.isCutDue()) {
        connection.reset();
        return;
      }
      if (written < most) {
        sinkIsFull = true;
        return;
      }
    }
    if (sourceEnded) {
      to.shutdownOutput();
      over = true;
    }
  }

  /** How many bytes may be written at once: a hundredth of a second of the bandwidth. */
  private long burst() {
    return faults.bytesPerSecond == 0 ? Long.MAX_VALUE : Math.max(1, faults.bytesPerSecond / 100);
  }

  private void wakeAt(long due) {
    if (due < wakeAt) {
      wakeAt = due;
      loop.at(
          due,
          () -> {
            wakeAt = Long.MAX_VALUE;
            connection.review();
          });
    }
  }
}
