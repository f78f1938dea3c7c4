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
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the large parts of one message from the chunks of a stream. Each chunk is read directly
 * to its final place. Beyond an allowance, memory is allocated only as bytes really come.
 *
 * <p>When there is no memory for a part, the parts are dropped, and the bytes that still come are
 * thrown away: only this message fails, see {@link #shortage}.
 */
public final class StreamAssembler {
  private static final int SCRATCH = 64 << 10;
  private static final byte[] NOTHING = {};

  /** Memory may grow to at least this many times the bytes that have come. */
  private static final int GROWTH = 8;

  private final LongSupplier allowance;
  private final boolean hasBody;

  /** The out-of-band buffers, followed by the body if the body comes here. */
  private final List<Attachment> announced;

  private final @Nullable MemorySegment[] parts;
  private int current = -1;
  private long landed;
  private int chunkLeft;
  private @Nullable ByteBuffer scratch;
  private @Nullable OutOfMemoryError shortage;

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
    if (shortage == null) {
      Attachment each = announced.get(current);
      try {
        parts[current] = each.memory().allocate(Math.min(each.size(), allowance.getAsLong()));
      } catch (OutOfMemoryError e) {
        drop(e);
      }
    }
  }

  private void drop(OutOfMemoryError why) {
    Arrays.fill(parts, null);
    scratch = null;
    shortage = why;
  }

  /** The present part, with memory for some of the next bytes at least. */
  private MemorySegment grown() {
    MemorySegment part = Objects.requireNonNull(parts[current]);
    long size = announced.get(current).size();
    if (landed < part.byteSize() || landed == size) {
      return part;
    }
    long more = Math.max(GROWTH * part.byteSize(), landed + allowance.getAsLong());
    MemorySegment larger = announced.get(current).memory().allocate(Math.min(size, more));
    MemorySegment.copy(part, 0, larger, 0, landed);
    parts[current] = larger;
    return larger;
  }

  /** How much memory was allocated for bytes that have not come yet. */
  long unused() {
    MemorySegment part = current < 0 || current >= parts.length ? null : parts[current];
    return part == null ? 0 : part.byteSize() - landed;
  }

  /** How many bytes of the present chunk have not come yet. */
  int chunkLeft() {
    return chunkLeft;
  }

  /** Adds bytes that were read already. */
  void put(byte[] bytes, int offset, int count) {
    int put = 0;
    try {
      while (put < count && shortage == null) {
        MemorySegment into = grown();
        int some = (int) Math.min(count - put, into.byteSize() - landed);
        MemorySegment.copy(MemorySegment.ofArray(bytes), offset + put, into, landed, some);
        landed(some);
        put += some;
      }
    } catch (OutOfMemoryError e) {
      drop(e);
    }
    landed(count - put);
  }

  /**
   * The buffer to read the next bytes into; {@link #read} follows. Null if the bytes are to be
   * thrown away.
   */
  @Nullable ByteBuffer target() {
    if (shortage != null) {
      return null;
    }
    try {
      MemorySegment into = grown();
      int capacity = (int) Math.min(chunkLeft, into.byteSize() - landed);
      if (Memory.isBufferable(into)) {
        return into.asSlice(landed, capacity).asByteBuffer();
      }
      if (scratch == null) {
        scratch = ByteBuffer.allocateDirect(SCRATCH);
      }
      return scratch.clear().limit(Math.min(SCRATCH, capacity));
    } catch (OutOfMemoryError e) {
      drop(e);
      return null;
    }
  }

  /** Records that bytes were read, into that {@link #target} or to be thrown away. */
  void read(ByteBuffer target, int count) {
    MemorySegment into = parts[current];
    if (target == scratch && into != null) {
      try {
        MemorySegment.copy(MemorySegment.ofBuffer(target.flip()), 0, into, landed, count);
      } catch (OutOfMemoryError e) {
        drop(e);
      }
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

  /** The error for which the parts were dropped; null if they are all there. */
  public @Nullable OutOfMemoryError shortage() {
    return shortage;
  }

  /** The size of the body that came here; 0 if it is in the message. */
  public int bodyBytes() {
    return hasBody ? (int) announced.getLast().size() : 0;
  }

  /** The sizes of the out-of-band buffers together. */
  public long attachmentBytes() {
    return announced.stream().mapToLong(Attachment::size).sum() - bodyBytes();
  }

  public @Nullable MemorySegment[] attachments() {
    return hasBody ? Arrays.copyOf(parts, parts.length - 1) : parts;
  }

  /**
   * The body of the message, empty if it was dropped.
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
    MemorySegment part = parts[parts.length - 1];
    return new Input(part == null ? NOTHING : (byte[]) part.heapBase().orElseThrow());
  }
}
