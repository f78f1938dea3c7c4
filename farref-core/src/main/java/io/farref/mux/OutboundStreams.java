package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.wire.StreamHeader;
import java.nio.channels.ClosedChannelException;
import java.util.BitSet;
import java.util.concurrent.Executor;

/**
 * The streams on which large messages leave a connection. A stream is taken for one message, and
 * free again when that message, or the frame that resets the stream, was appended.
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
  public synchronized int take(BoundedWait wait) throws ClosedChannelException {
    while (true) {
      checkOpen();
      int stream = taken.nextClearBit(1);
      if (stream <= StreamHeader.STREAMS) {
        taken.set(stream);
        return stream;
      }
      wait.await(this);
    }
  }

  synchronized void free(int stream) {
    taken.clear(stream);
    notifyAll();
  }

  /** The connection has ended: threads that wait fail. */
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
