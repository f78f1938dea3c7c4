package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.wire.StreamHeader;
import java.nio.channels.ClosedChannelException;
import java.util.BitSet;
import java.util.concurrent.Executor;

/**
 * The streams on which large messages leave. A stream is taken for one message, and free again when
 * that message was appended, or the frame that resets the stream.
 */
public final class OutboundStreams {
  private final WriteCoalescer writer;
  private final ChunkWriter chunks;
  private final Executor helpers;

  @GuardedBy("this")
  private final BitSet taken = new BitSet();

  @GuardedBy("this")
  private boolean closed;

  public OutboundStreams(WriteCoalescer writer, Executor helpers) {
    this.writer = writer;
    this.chunks = new ChunkWriter(writer);
    this.helpers = helpers;
  }

  FrameQueue queue() {
    return writer.queue;
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

  /** Waits for a free stream and takes it. */
  public synchronized int take(BoundedWait patience) throws ClosedChannelException {
    while (true) {
      checkOpen();
      int lane = taken.nextClearBit(1);
      if (lane <= StreamHeader.LANES) {
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

  /** Nothing leaves any more; threads that wait fail. */
  public synchronized void close() {
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
