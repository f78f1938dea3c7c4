package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.spi.Link;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/**
 * Writes the chunks of large messages. Threads with chunks take turns: between two chunks of one
 * message there is one chunk of each other message, and every frame that was appended meanwhile.
 */
final class ChunkWriter {
  private final WriteCoalescer writer;

  /** The threads with a chunk, in the order of their turns. */
  @GuardedBy("writer.queue.lock")
  private final ArrayDeque<Object> turns = new ArrayDeque<>();

  ChunkWriter(WriteCoalescer writer) {
    this.writer = writer;
  }

  /**
   * Waits for a turn, then writes all appended frames, and behind them a chunk.
   *
   * @param taken run when all frames that are appended from now on will be written behind the chunk
   */
  void write(byte[] head, MemorySegment chunk, BoundedWait wait, Runnable taken)
      throws ClosedChannelException {
    WriteBatch batch;
    Link to;
    long end;
    Object me = new Object();
    synchronized (writer.queue.lock) {
      turns.add(me);
      try {
        to = writer.idleLink();
        while (!writer.queue.isClosed() && (to == null || turns.peek() != me)) {
          writer.queue.await(wait);
          to = writer.idleLink();
        }
      } finally {
        turns.remove(me);
        writer.queue.lock.notifyAll();
      }
      if (to == null || writer.queue.isClosed()) {
        throw new ClosedChannelException();
      }
      batch = writer.begin(head.length + chunk.byteSize());
      end = writer.queue.appended();
    }
    try {
      taken.run();
      batch.add(head, head.length);
    } catch (RuntimeException | Error e) {
      writer.abort(batch, e);
      throw e;
    }
    if (!writer.write(batch, chunk, to, wait.isLimited())) {
      writer.queue.awaitWritten(end, wait);
    }
  }
}
