package io.farref.transport.shm;

import static io.farref.transport.shm.ShmLayout.HEAD;
import static io.farref.transport.shm.ShmLayout.INT;
import static io.farref.transport.shm.ShmLayout.LONG;
import static io.farref.transport.shm.ShmLayout.READER_CLOSED;
import static io.farref.transport.shm.ShmLayout.TAIL;
import static io.farref.transport.shm.ShmLayout.WRITER_CLOSED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The reading end of a ring. Does not wait. Its own position is kept here and only published to the
 * other side; the other side's position is checked before it is used.
 */
final class RingReader {
  private final MemorySegment segment;
  private final long control;
  private final ByteBuffer bytes;
  private final int capacity;

  private long read;

  RingReader(SharedMemory memory, int ring) {
    segment = memory.segment();
    capacity = memory.capacity();
    control = ShmLayout.control(ring);
    bytes = segment.asSlice(ShmLayout.bytes(ring, capacity), capacity).asByteBuffer();
  }

  /**
   * Copies available bytes to {@code dst}, up to {@code max} bytes or the end of the ring's memory,
   * and frees their space in the ring; returns how many bytes.
   */
  int take(ByteBuffer dst, int max) throws IOException {
    int at = (int) (read & (capacity - 1));
    int count = Math.min(Math.min(available(), capacity - at), Math.min(dst.remaining(), max));
    if (count > 0) {
      dst.put(dst.position(), bytes, at, count);
      dst.position(dst.position() + count);
      read += count;
      LONG.setRelease(segment, control + HEAD, read);
    }
    return count;
  }

  /** How many bytes wait in the ring. */
  int available() throws IOException {
    long written = (long) LONG.getAcquire(segment, control + TAIL);
    long held = written - read;
    if (held < 0 || held > capacity) {
      throw new IOException(
          "the other process says that it has written %d bytes, of which %d were read, to a ring of %d: it is broken"
              .formatted(written, read, capacity));
    }
    return (int) held;
  }

  /**
   * Whether the writer is closed. Call this <em>before</em> {@link #take}: then no bytes follow
   * those that it returns.
   */
  boolean isWriterClosed() {
    return (int) INT.getAcquire(segment, control + WRITER_CLOSED) != 0;
  }

  /** Tells the writer that nothing will be read any more. */
  void close() {
    INT.setRelease(segment, control + READER_CLOSED, 1);
  }
}
