package io.farref.mux;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.MemoryShortage;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import io.farref.wire.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a link into frames. Used only by the thread that has the right to read.
 *
 * <p>The payload of a small frame lies in the reader's own array and is valid until its next read.
 * When the right to read passes to another thread, that thread continues with a {@link #successor},
 * and the thread that is still busy with a payload keeps the old array to itself.
 */
public final class FrameReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int CAPACITY = 1 << 16;
  private static final int AHEAD = 256;

  /** How much memory is allocated for bytes that were announced and have not come. */
  private static final int UNSEEN = 1 << 20;

  private final Link link;
  private final Limits limits;
  private final ByteCounter arrivals;
  private final byte[] bytes = new byte[CAPACITY];
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
  private int position;
  private int limit;

  private byte kind;
  private Input payload = new Input(bytes, 0, 0);
  private int payloadStart;
  private int payloadEnd;
  private boolean putBack;

  private final InboundStreams streams;

  /** The stream of the present chunk, until all of the chunk has come. */
  private @Nullable StreamAssembler chunked;

  public FrameReader(Link link, Limits limits, Meters meters) {
    this(link, limits, new ByteCounter(meters), new InboundStreams(limits));
  }

  private FrameReader(Link link, Limits limits, ByteCounter arrivals, InboundStreams streams) {
    this.link = link;
    this.limits = limits;
    this.arrivals = arrivals;
    this.streams = streams;
  }

  /** Makes a reader that continues where this one is; this one must not read again. */
  public FrameReader successor() {
    FrameReader next = new FrameReader(link, limits, arrivals, streams);
    next.chunked = chunked;
    next.limit = limit - position;
    System.arraycopy(bytes, position, next.bytes, 0, next.limit);
    return next;
  }

  /** Counts the bytes that this reader and those before it have read. */
  public ByteCounter arrivals() {
    return arrivals;
  }

  /** The streams whose chunks come between the frames; a chunk is not returned as a frame. */
  public InboundStreams streams() {
    return streams;
  }

  /** The kind of the present frame. */
  public byte kind() {
    return kind;
  }

  /** The payload of the present frame; valid until the next frame. */
  public Input payload() {
    return payload;
  }

  /** The rest of the present message; valid for ever. */
  public Input keep(Input rest) {
    if (rest.array() != bytes) {
      return rest;
    }
    int at = rest.position();
    return new Input(Arrays.copyOfRange(rest.array(), at, at + rest.remaining()));
  }

  /** The next {@link #poll} returns the present frame once more. */
  public void putBack() {
    putBack = true;
  }

  /**
   * Moves to the next frame if all of it has arrived already; does not read from the link. After an
   * {@link OutOfMemoryError} of this method or of {@link #take} it can be called again.
   */
  public boolean poll() {
    if (putBack) {
      payload = new Input(payload.array(), payloadStart, payloadEnd - payloadStart);
      putBack = false;
      return true;
    }
    while (isInChunk() || isChunkNext()) {
      if (!isInChunk() && !beginChunk()) {
        return false;
      }
      drainChunk();
      if (isInChunk()) {
        return false;
      }
    }
    int have = limit - position;
    if (have < Frame.HEADER_SIZE) {
      return false;
    }
    int length = length();
    if (have < Frame.KIND_OFFSET + length) {
      return false;
    }
    frame(bytes, position + Frame.KIND_OFFSET, length);
    position += Frame.KIND_OFFSET + length;
    return true;
  }

  private boolean isInChunk() {
    return chunked != null;
  }

  private boolean isChunkNext() {
    return limit - position >= Frame.HEADER_SIZE
        && bytes[position + Frame.KIND_OFFSET] == Frame.DATA;
  }

  private boolean beginChunk() {
    if (limit - position < Frame.DATA_HEADER_SIZE) {
      return false;
    }
    int size = length() - (Frame.DATA_HEADER_SIZE - Frame.KIND_OFFSET);
    if (size < 0) {
      throw new MalformedException("a chunk without a stream number");
    }
    StreamAssembler next = streams.at(bytes[position + Frame.HEADER_SIZE]);
    next.begin(size);
    chunked = next;
    position += Frame.DATA_HEADER_SIZE;
    return true;
  }

  /** Moves the buffered bytes of the present chunk to their stream. */
  private void drainChunk() {
    StreamAssembler present = Objects.requireNonNull(chunked);
    int count = Math.min(limit - position, present.chunkLeft());
    present.put(bytes, position, count);
    position += count;
    endChunkIfWhole(present);
  }

  private boolean fillChunk(StreamAssembler present, long timeoutNanos) throws IOException {
    ByteBuffer target = present.target();
    if (target == null) {
      // Thrown away. This reader's own buffer is empty, because the chunk is not over.
      position = 0;
      limit = 0;
      target = buffer.clear().limit(Math.min(CAPACITY, present.chunkLeft()));
    }
    int count = read(target, timeoutNanos);
    present.read(target, count);
    endChunkIfWhole(present);
    return count > 0;
  }

  private void endChunkIfWhole(StreamAssembler present) {
    if (present.chunkLeft() == 0) {
      chunked = null;
    }
  }

  /**
   * Waits for the next frame and moves to it.
   *
   * @throws EOFException at the end of the stream
   */
  public void take() throws IOException {
    while (!poll()) {
      if (isLarge()) {
        takeLarge(length());
        return;
      }
      fill(-1);
    }
  }

  /** Whether the next frame has begun to arrive and is too large for the reader's own array. */
  public boolean isLarge() {
    return !isInChunk()
        && limit - position >= Frame.HEADER_SIZE
        && !isChunkNext()
        && length() > CAPACITY - Frame.KIND_OFFSET;
  }

  /**
   * Reads once: some bytes of the next frame, which is not large, and maybe of later frames; or
   * some bytes of a chunk.
   *
   * @param timeoutNanos how long to wait; negative waits without limit
   * @return false if there was nothing to read before the timeout ended or the link was woken up
   * @throws EOFException at the end of the stream
   */
  public boolean fill(long timeoutNanos) throws IOException {
    StreamAssembler present = chunked;
    if (present != null) {
      return fillChunk(present, timeoutNanos);
    }
    int have = limit - position;
    if (have == 0) {
      position = 0;
      limit = 0;
    } else if (CAPACITY - position < Frame.HEADER_SIZE
        || (have >= Frame.KIND_OFFSET && position + Frame.KIND_OFFSET + length() > CAPACITY)) {
      System.arraycopy(bytes, position, bytes, 0, have);
      position = 0;
      limit = have;
    }
    buffer
        .limit(streams.areOpen() ? Math.min(CAPACITY, limit + ahead(have)) : CAPACITY)
        .position(limit);
    int count = read(buffer, timeoutNanos);
    limit += count;
    return count > 0;
  }

  /** How much to read ahead where a chunk may follow, whose bytes go to another buffer. */
  private int ahead(int have) {
    boolean known = have >= Frame.HEADER_SIZE && !isChunkNext();
    return known ? Math.max(AHEAD, Frame.KIND_OFFSET + length() - have) : AHEAD;
  }

  /** Reads an out-of-band buffer that follows the present frame. */
  public byte[] attachment(long size) throws IOException {
    if (size > Integer.MAX_VALUE - 16) {
      throw new MalformedException("an out-of-band buffer of " + size + " bytes");
    }
    return readWhole(allocate(Math.min((int) size, UNSEEN)), (int) size);
  }

  private static byte[] allocate(int size) {
    return larger(new byte[0], size);
  }

  /** Waits when there is no memory: what was read already cannot be read again. */
  private static byte[] larger(byte[] array, int size) {
    for (int attempt = 0; ; attempt++) {
      try {
        return Arrays.copyOf(array, size);
      } catch (OutOfMemoryError e) {
        MemoryShortage.await(e, attempt);
      }
    }
  }

  private void takeLarge(int length) throws IOException {
    byte[] target = allocate(Math.min(length, UNSEEN));
    position += Frame.KIND_OFFSET;
    frame(readWhole(target, length), 0, length);
  }

  /** An announced size alone allocates no memory: the array grows as bytes really come. */
  private byte[] readWhole(byte[] start, int size) throws IOException {
    byte[] target = start;
    fill(target, 0);
    while (target.length < size) {
      int have = target.length;
      target = larger(target, (int) Math.min(size, 2L * have));
      fill(target, have);
    }
    return target;
  }

  /** Fills an array with buffered bytes, and then directly from the link. */
  private void fill(byte[] target, int from) throws IOException {
    int buffered = Math.min(limit - position, target.length - from);
    System.arraycopy(bytes, position, target, from, buffered);
    position += buffered;
    ByteBuffer rest = ByteBuffer.wrap(target, from + buffered, target.length - from - buffered);
    while (rest.hasRemaining()) {
      read(rest, -1);
    }
  }

  private int read(ByteBuffer target, long timeoutNanos) throws IOException {
    int count = link.read(target, timeoutNanos);
    if (count < 0) {
      throw new EOFException("the other side hung up");
    }
    arrivals.add(count);
    return count;
  }

  private int length() {
    int length = (int) INT.get(bytes, position);
    if (length < 1 || length > Math.max(limits.maxMessageBytes(), Frame.ALWAYS_TAKEN)) {
      Limits.check("maxMessageBytes", Integer.toUnsignedLong(length), limits.maxMessageBytes());
      throw new MalformedException("a frame of " + length + " bytes");
    }
    return length;
  }

  private void frame(byte[] array, int at, int length) {
    kind = array[at];
    payload = new Input(array, at + 1, length - 1);
    payloadStart = at + 1;
    payloadEnd = at + length;
  }

  /** Describes the present frame, for messages. */
  @Override
  public String toString() {
    return Frame.name(kind) + " from " + link.remoteAddress();
  }
}
