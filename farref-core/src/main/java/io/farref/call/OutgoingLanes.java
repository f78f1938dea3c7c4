package io.farref.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.wire.Parcel;
import java.nio.channels.ClosedChannelException;
import java.util.BitSet;
import java.util.concurrent.Executor;

/**
 * The lanes on which large messages leave, and who waits for one. A lane is taken for one message,
 * and free again when that, or the news that it will not come, has been appended.
 */
final class OutgoingLanes {
  private final Outbox queue;
  private final WriteCoalescer writer;
  private final ChunkWriter chunks;
  private final Executor helpers;

  @GuardedBy("this")
  private final BitSet taken = new BitSet();

  @GuardedBy("this")
  private boolean closed;

  OutgoingLanes(Outbox queue, WriteCoalescer writer, Executor helpers) {
    this.queue = queue;
    this.writer = writer;
    this.chunks = new ChunkWriter(queue, writer);
    this.helpers = helpers;
  }

  Outbox queue() {
    return queue;
  }

  WriteCoalescer writer() {
    return writer;
  }

  ChunkWriter chunks() {
    return chunks;
  }

  Executor helpers() {
    return helpers;
  }

  /** Waits for a free lane. */
  synchronized int take(Patience patience) throws ClosedChannelException {
    while (true) {
      checkOpen();
      int lane = taken.nextClearBit(1);
      if (lane <= Parcel.LANES) {
        taken.set(lane);
        return lane;
      }
      patience.await(this);
    }
  }

  synchronized void free(int lane) {
    taken.clear(lane);
    notifyAll();
  }

  /** Nothing leaves any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean areClosed() {
    return closed;
  }

  synchronized void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
