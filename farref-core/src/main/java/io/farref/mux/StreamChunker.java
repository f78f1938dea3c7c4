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
  /** So many bytes leave before other frames get their chance. */
  public static final int CHUNK = 128 << 10;

  /** Up to so many bytes, a hand-over to another thread costs more than it is worth. */
  private static final long SMALL = 1 << 20;

  private static final Runnable NOTHING = () -> {};

  /** A thread that owns no memory; never started. */
  private static final Thread ANYBODY = Thread.ofVirtual().unstarted(NOTHING);

  private enum State {
    UNDER_WAY,
    CARRIED,
    ABANDONED,
    OVER
  }

  private final OutboundStreams lanes;
  private final StreamHeader parcel;

  /** The out-of-band buffers, followed by the body if the body goes here. */
  private final List<MemorySegment> parts;

  @GuardedBy("lanes")
  private State state = State.UNDER_WAY;

  /** Whether the sender is the carrier. */
  @GuardedBy("lanes")
  private boolean bySender = true;

  private boolean isAnnounced;

  // Used by the carrier only.
  private int current;
  private long position;

  public StreamChunker(OutboundStreams lanes, StreamHeader parcel, List<MemorySegment> parts) {
    this.lanes = lanes;
    this.parcel = parcel;
    this.parts = parts;
  }

  public int lane() {
    return parcel.lane();
  }

  /**
   * Sends everything; when this returns the message can follow.
   *
   * @param here whether the current thread is the carrier: that costs less, but no timeout ends a
   *     write. It is the carrier in any case if there is little to send, or memory that only it can
   *     read
   */
  public void carry(BoundedWait patience, boolean here) throws ClosedChannelException {
    lanes.queue().append(FrameWriter.open(parcel));
    isAnnounced = true;
    if (here || isSmall() || parts.stream().anyMatch(StreamChunker::isConfined)) {
      carryHere(patience);
    } else {
      lanes.helpers().execute(this::carryForSender);
      synchronized (lanes) {
        while (state == State.UNDER_WAY) {
          lanes.checkOpen();
          patience.await(lanes);
        }
      }
    }
  }

  private boolean isSmall() {
    return parts.stream().mapToLong(MemorySegment::byteSize).sum() <= SMALL;
  }

  /** Whether only the thread that owns the memory can read it. */
  public static boolean isConfined(MemorySegment memory) {
    return !memory.isAccessibleBy(ANYBODY);
  }

  private void carryForSender() {
    synchronized (lanes) {
      if (state != State.UNDER_WAY) {
        return;
      }
      bySender = false;
    }
    try (BoundedWait endless = BoundedWait.endless()) {
      carryHere(endless);
      boolean abandoned;
      synchronized (lanes) {
        abandoned = state == State.ABANDONED;
      }
      if (abandoned) {
        drop();
      }
      lanes.writer().flush();
    } catch (ClosedChannelException e) {
      assert lanes.areClosed(); // the sender sees that, too
    }
  }

  private void carryHere(BoundedWait patience) throws ClosedChannelException {
    while (!isAbandoned()) {
      MemorySegment chunk = next();
      boolean last = current == parts.size();
      lanes
          .chunks()
          .write(
              FrameWriter.data(lane(), (int) chunk.byteSize()),
              chunk,
              patience,
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
    synchronized (lanes) {
      return state == State.ABANDONED;
    }
  }

  private void carried() {
    synchronized (lanes) {
      if (state == State.UNDER_WAY) {
        state = State.CARRIED;
        lanes.notifyAll();
      }
    }
  }

  /**
   * The sender needs it no longer.
   *
   * @param sent whether the message was appended
   */
  public void end(boolean sent) {
    synchronized (lanes) {
      if (state == State.UNDER_WAY && !bySender) {
        state = State.ABANDONED;
        return;
      }
      state = State.OVER;
    }
    if (sent || !isAnnounced) {
      lanes.free(lane());
    } else {
      drop();
    }
  }

  private void drop() {
    try {
      lanes.queue().append(FrameWriter.reset(lane()));
    } catch (ClosedChannelException e) {
      assert lanes.areClosed();
    }
    lanes.free(lane());
  }
}
