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
 * The writing end of a ring. Does not wait. Its own position is kept here and only published to the
 * other side; the other side's position is checked before it is used.
 */
final class RingWriter {
  private final MemorySegment segment;
  private final long control;
  private final ByteBuffer bytes;
  private final int capacity;

  private long written;
  private long published;

  /**
   * A lower bound of the reader's position; the shared word is read only when this is not enough.
   */
  private long read;

  RingWriter(SharedMemory memory, int ring) {
    segment = memory.segment();
    capacity = memory.capacity();
    control = ShmLayout.control(ring);
    bytes = segment.asSlice(ShmLayout.bytes(ring, capacity), capacity).asByteBuffer();
  }

  /**
   * Copies as much of {@code src} as the ring has space for, up to {@code max} bytes or the end of
   * the ring's memory; returns how many bytes. The reader does not see them before {@link
   * #publish}.
   */
  int put(ByteBuffer src, int max) throws IOException {
    int wanted = Math.min(src.remaining(), max);
    int free = (int) (capacity - (written - read));
    if (free < wanted) {
      free = free();
    }
    int at = (int) (written & (capacity - 1));
    int count = Math.min(Math.min(wanted, free), capacity - at);
    if (count > 0) {
      bytes.put(at, src, src.position(), count);
      src.position(src.position() + count);
      written += count;
    }
    return count;
  }

  /** How many bytes were put and not yet published. */
  int unpublished() {
    return (int) (written - published);
  }

  /** Lets the reader see what was put. */
  void publish() {
    LONG.setRelease(segment, control + TAIL, written);
    published = written;
  }

  /** How many bytes of the ring are free now. */
  int free() throws IOException {
    long now = (long) LONG.getAcquire(segment, control + HEAD);
    long held = written - now;
    if (held < 0 || held > capacity) {
      throw new IOException(
          "the other process says that it has read %d of %d bytes from a ring of %d: it is broken"
              .formatted(now, written, capacity));
    }
    read = now;
    return (int) (capacity - held);
  }

  boolean isReaderClosed() {
    return (int) INT.getAcquire(segment, control + READER_CLOSED) != 0;
  }

  /** Tells the reader that nothing follows. */
  void close() {
    INT.setRelease(segment, control + WRITER_CLOSED, 1);
  }
}
