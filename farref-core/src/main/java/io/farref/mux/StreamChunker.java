package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.wire.FrameWriter;
import io.farref.wire.StreamHeader;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * Cuts the large parts of one message into chunks and sends them on a stream ahead of the message.
 * The thread that writes the chunks is the carrier: the sender itself or a helper.
 *
 * <pre>
 *   UNDER_WAY --all written--&gt; CARRIED --end--&gt; OVER
 *       |                         | end without the message, resets the stream --&gt; OVER
 *       | end, by the carrier, resets the stream --&gt; OVER
 *       | end, while a helper carries --&gt; ABANDONED --the helper resets the stream--&gt; OVER
 * </pre>
 *
 * <p>The thread that takes the last step frees the stream. The monitor is that of the streams.
 */
public final class StreamChunker {
  /** The size of a chunk: this many bytes leave before other frames can. */
  public static final int CHUNK = 128 << 10;

  /** Up to this many bytes, a hand-over to another thread costs more than it is worth. */
  private static final long SMALL = 1 << 20;

  private static final Runnable NOTHING = () -> {};

  /** A thread that owns no memory; never started. */
  private static final Thread OTHER_THREAD = Thread.ofVirtual().unstarted(NOTHING);

  private enum State {
    UNDER_WAY,
    CARRIED,
    ABANDONED,
    OVER
  }

  private final OutboundStreams streams;
  private final StreamHeader header;

  /** The out-of-band buffers, followed by the body if the body goes here. */
  private final List<MemorySegment> parts;

  @GuardedBy("streams")
  private State state = State.UNDER_WAY;

  /** Whether the sender is the carrier. */
  @GuardedBy("streams")
  private boolean bySender = true;

  private boolean isAnnounced;

  // Used by the carrier only.
  private int current;
  private long position;

  public StreamChunker(OutboundStreams streams, StreamHeader header, List<MemorySegment> parts) {
    this.streams = streams;
    this.header = header;
    this.parts = parts;
  }

  public int stream() {
    return header.stream();
  }

  /**
   * Sends all chunks; when this returns the message can follow.
   *
   * @param here whether the current thread is the carrier: that costs less, but no timeout ends a
   *     write. It is the carrier in any case if there is little to send, or if the memory can be
   *     read by this thread only
   */
  public void carry(BoundedWait wait, boolean here) throws ClosedChannelException {
    streams.queue().append(FrameWriter.open(header));
    isAnnounced = true;
    if (here || isSmall() || parts.stream().anyMatch(StreamChunker::isConfined)) {
      carryHere(wait);
    } else {
      streams.helpers().execute(this::carryForSender);
      synchronized (streams) {
        while (state == State.UNDER_WAY) {
          streams.checkOpen();
          wait.await(streams);
        }
      }
    }
  }

  private boolean isSmall() {
    return parts.stream().mapToLong(MemorySegment::byteSize).sum() <= SMALL;
  }

  /** Whether only the thread that owns the memory can read it. */
  public static boolean isConfined(MemorySegment memory) {
    return !memory.isAccessibleBy(OTHER_THREAD);
  }

  private void carryForSender() {
    synchronized (streams) {
      if (state != State.UNDER_WAY) {
        return;
      }
      bySender = false;
    }
    try (BoundedWait endless = BoundedWait.endless()) {
      carryHere(endless);
      boolean abandoned;
      synchronized (streams) {
        abandoned = state == State.ABANDONED;
      }
      if (abandoned) {
        drop();
      }
      streams.writer().flush();
    } catch (ClosedChannelException e) {
      assert streams.areClosed(); // the sender sees the end, too
    } catch (RuntimeException | Error e) {
      streams.writer().fail(e); // the sender waits for this thread
    }
  }

  private void carryHere(BoundedWait wait) throws ClosedChannelException {
    while (!isAbandoned()) {
      MemorySegment chunk = next();
      boolean last = current == parts.size();
      streams
          .chunks()
          .write(
              FrameWriter.data(stream(), (int) chunk.byteSize()),
              chunk,
              wait,
              last ? this::carried : NOTHING);
      if (last) {
        return;
      }
    }
  }

  private MemorySegment next() {
    MemorySegment whole = parts.get(current);
    long size = Math.min(CHUNK, whole.byteSize() - position);
    MemorySegment chunk = whole.asSlice(position, size);
    position += size;
    if (position == whole.byteSize()) {
      current++;
      position = 0;
    }
    return chunk;
  }

  private boolean isAbandoned() {
    synchronized (streams) {
      return state == State.ABANDONED;
    }
  }

  private void carried() {
    synchronized (streams) {
      if (state == State.UNDER_WAY) {
        state = State.CARRIED;
        streams.notifyAll();
      }
    }
  }

  /**
   * The sender no longer needs the stream.
   *
   * @param sent whether the message was appended
   */
  public void end(boolean sent) {
    synchronized (streams) {
      if (state == State.UNDER_WAY && !bySender) {
        state = State.ABANDONED;
        return;
      }
      state = State.OVER;
    }
    if (sent || !isAnnounced) {
      streams.free(stream());
    } else {
      drop();
    }
  }

  private void drop() {
    try {
      streams.queue().append(FrameWriter.reset(stream()));
    } catch (ClosedChannelException e) {
      assert streams.areClosed();
    }
    streams.free(stream());
  }
}
