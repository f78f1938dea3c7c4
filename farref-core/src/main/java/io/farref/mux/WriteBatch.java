package io.farref.mux;

import io.farref.bytes.Memory;
import io.farref.spi.Link;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The buffers of one gathering write: small frames are copied together, large ones are not. */
final class WriteBatch {
  private static final int COPIED = 8 << 10;
  private static final int CHUNK = 32 << 10;

  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final ByteBuffer own = ByteBuffer.allocateDirect(CHUNK);
  private final ByteBuffer ownView = own.duplicate();
  private final ByteBuffer[] alone = {ownView};
  private ByteBuffer[] leaving = alone;
  private ByteBuffer chunk = own;
  private int sealed;
  private long size;

  /** A copy of memory that a write cannot take; {@link #clear} comes before a second copy. */
  private @Nullable ByteBuffer copy;

  boolean isEmpty() {
    return size == 0;
  }

  long size() {
    return size;
  }

  int add(byte[] bytes, int length) {
    if (length > COPIED) {
      return add(ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
    }
    if (chunk.remaining() < length) {
      seal();
      chunk = ByteBuffer.allocate(CHUNK);
      sealed = 0;
    }
    chunk.put(bytes, 0, length);
    size += length;
    return length;
  }

  int add(ByteBuffer buffer) {
    seal();
    buffers.add(buffer);
    size += buffer.remaining();
    return buffer.remaining();
  }

  /**
   * Adds memory as it is, or a copy of it if a write cannot take it, or if another thread that has
   * to continue the write could not read it.
   */
  void add(MemorySegment memory) {
    if (Memory.isBufferable(memory) && !StreamChunker.isConfined(memory)) {
      add(memory.asByteBuffer());
      return;
    }
    if (copy == null || copy.capacity() < memory.byteSize()) {
      copy = ByteBuffer.allocateDirect((int) memory.byteSize());
    }
    copy.clear().limit((int) memory.byteSize());
    MemorySegment.ofBuffer(copy).copyFrom(memory);
    add(copy);
  }

  /** Closes the run of small frames at the end of the chunk. */
  private void seal() {
    if (chunk.position() > sealed) {
      buffers.add(chunk.slice(sealed, chunk.position() - sealed));
      sealed = chunk.position();
    }
  }

  /** Completes the batch, which is written next. */
  void leave() {
    if (buffers.isEmpty() && sealed == 0) { // only small frames, the usual case
      ownView.limit(own.position()).position(0);
      leaving = alone;
    } else {
      seal();
      leaving = buffers.toArray(ByteBuffer[]::new);
    }
  }

  /** Writes the rest of the batch. */
  void writeTo(Link link) throws IOException {
    link.write(leaving, 0, leaving.length);
  }

  /** Writes the rest of the batch, with a timeout; returns whether all is written. */
  boolean writeTo(Link link, long nanos) throws IOException {
    return link.write(leaving, 0, leaving.length, nanos);
  }

  void clear() {
    buffers.clear();
    leaving = alone;
    chunk = own.clear();
    sealed = 0;
    size = 0;
  }
}
