package io.farref.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.wire.Parcel;
import java.nio.channels.ClosedChannelException;
import java.util.BitSet;
import java.util.concurrent.Executor;

/**
 * The streams on which large messages leave. A stream is taken for one message, and free again when
 * that message was appended, or the frame that resets the stream.
 */
final class OutgoingLanes {
  private final WriteCoalescer writer;
  private final ChunkWriter chunks;
  private final Executor helpers;

  @GuardedBy("this")
  private final BitSet taken = new BitSet();

  @GuardedBy("this")
  private boolean closed;

  OutgoingLanes(WriteCoalescer writer, Executor helpers) {
    this.writer = writer;
    this.chunks = new ChunkWriter(writer);
    this.helpers = helpers;
  }

  Outbox queue() {
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
  synchronized int take(Patience patience) throws ClosedChannelException {
    while (true) {
      checkOpen();
      int stream = taken.nextClearBit(1);
      if (stream <= Parcel.STREAMS) {
        taken.set(stream);
        return stream;
      }
      patience.await(this);
    }
  }

  synchronized void free(int stream) {
    taken.clear(stream);
    notifyAll();
  }

  /** Nothing leaves any more; threads that wait fail. */
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
