package io.farref.mux;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import io.farref.wire.StreamHeader;
import io.farref.wire.StreamHeader.Attachment;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the large parts of one message from the chunks of a stream. Each chunk is read directly
 * to its final place. Beyond an allowance, memory is allocated only as bytes really come.
 */
public final class StreamAssembler {
  private static final int SCRATCH = 64 << 10;

  /** Memory may grow to at least this many times the bytes that have come. */
  private static final int GROWTH = 8;

  private final LongSupplier allowance;
  private final boolean hasBody;

  /** The out-of-band buffers, followed by the body if the body comes here. */
  private final List<Attachment> announced;

  private final MemorySegment[] parts;
  private int current = -1;
  private long landed;
  private int chunkLeft;
  private @Nullable ByteBuffer scratch;

  /**
   * Makes an assembler for a stream that was just opened.
   *
   * @param allowance how much memory may be allocated now for bytes that have not come yet
   */
  StreamAssembler(StreamHeader header, LongSupplier allowance) {
    this.allowance = allowance;
    hasBody = header.body() > 0;
    announced = new ArrayList<>(header.attachments());
    if (hasBody) {
      announced.add(new Attachment(Memory.BYTES, header.body()));
    }
    parts = new MemorySegment[announced.size()];
  }

  /** A chunk of that size comes next. */
  void begin(int size) {
    if (current < 0 || landed == announced.get(current).size()) {
      next();
    }
    long left = announced.get(current).size() - landed;
    if (size > left) {
      throw new MalformedException(
          "a chunk of " + size + " bytes where " + left + " of the announced bytes are left");
    }
    chunkLeft = size;
  }

  private void next() {
    current++;
    landed = 0;
    if (current >= parts.length) {
      throw new MalformedException(
          "a chunk after the end of a stream of " + parts.length + " parts");
    }
    Attachment each = announced.get(current);
    parts[current] = each.memory().allocate(Math.min(each.size(), allowance.getAsLong()));
  }

  /** Makes sure that there is memory for the next bytes; returns how many of them fit. */
  private int ensureCapacity(int wanted) {
    MemorySegment full = parts[current];
    long size = announced.get(current).size();
    if (landed == full.byteSize() && landed < size) {
      long more = Math.max(GROWTH * full.byteSize(), landed + allowance.getAsLong());
      parts[current] = announced.get(current).memory().allocate(Math.min(size, more));
      MemorySegment.copy(full, 0, parts[current], 0, landed);
    }
    return (int) Math.min(wanted, parts[current].byteSize() - landed);
  }

  /** How much memory was allocated for bytes that have not come yet. */
  long unused() {
    return current < 0 || current >= parts.length || parts[current] == null
        ? 0
        : parts[current].byteSize() - landed;
  }

  /** How many bytes of the present chunk have not come yet. */
  int chunkLeft() {
    return chunkLeft;
  }

  /** Adds bytes that were read already. */
  void put(byte[] bytes, int offset, int count) {
    MemorySegment from = MemorySegment.ofArray(bytes);
    for (int put = 0; put < count; ) {
      int capacity = ensureCapacity(count - put);
      MemorySegment.copy(from, offset + put, parts[current], landed, capacity);
      landed(capacity);
      put += capacity;
    }
  }

  /** The buffer to read the next bytes into; {@link #read} follows. */
  ByteBuffer target() {
    int capacity = ensureCapacity(chunkLeft);
    MemorySegment into = parts[current];
    if (Memory.isBufferable(into)) {
      return into.asSlice(landed, capacity).asByteBuffer();
    }
    if (scratch == null) {
      scratch = ByteBuffer.allocateDirect(SCRATCH);
    }
    return scratch.clear().limit(Math.min(SCRATCH, capacity));
  }

  /** Records that bytes were read into that {@link #target}. */
  void read(ByteBuffer target, int count) {
    if (target == scratch) {
      MemorySegment.copy(MemorySegment.ofBuffer(target.flip()), 0, parts[current], landed, count);
    }
    landed(count);
  }

  private void landed(int count) {
    landed += count;
    chunkLeft -= count;
  }

  /** The message has come, so the stream must be complete. */
  void checkWhole() {
    boolean complete =
        current == parts.length - 1 && (current < 0 || landed == announced.get(current).size());
    if (!complete) {
      throw new MalformedException("a message whose stream is not complete");
    }
  }

  public MemorySegment[] attachments() {
    return hasBody ? Arrays.copyOf(parts, parts.length - 1) : parts;
  }

  /**
   * The body of the message.
   *
   * @param inMessage the body in the message itself, which is empty if the body came here
   */
  public Input body(Input inMessage) {
    if (!hasBody) {
      return inMessage;
    }
    if (inMessage.remaining() > 0) {
      throw new MalformedException("a message with two bodies");
    }
    return new Input((byte[]) parts[parts.length - 1].heapBase().orElseThrow());
  }
}
