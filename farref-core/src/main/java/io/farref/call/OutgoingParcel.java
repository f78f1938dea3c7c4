package io.farref.call;

import io.farref.wire.FrameWriter;
import io.farref.wire.Parcel;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * What is large of a message, on its way in chunks ahead of it.
 *
 * <pre>
 *   UNDER_WAY --carried--&gt; CARRIED --end--&gt; OVER
 *       |                     | end, with a DROP --&gt; OVER
 *       | end, by its carrier, with a DROP --&gt; OVER
 *       | end, while another thread carries it --&gt; ABANDONED --its carrier sends a DROP--&gt; OVER
 * </pre>
 *
 * <p>Whoever takes the last step frees the lane. The lanes are the monitor.
 */
final class OutgoingParcel {
  /** How many bytes go between two looks for something more urgent. */
  static final int CHUNK = 128 << 10;

  /** Up to so many bytes a hand-over to another thread would cost more than it is worth. */
  private static final long SMALL = 1 << 20;

  private static final Runnable NOTHING = () -> {};

  /** One that has no memory of its own. */
  private static final Thread ANYBODY = Thread.ofVirtual().unstarted(NOTHING);

  private enum State {
    UNDER_WAY,
    CARRIED,
    ABANDONED,
    OVER
  }

  private final OutgoingLanes lanes;
  private final Parcel parcel;

  /** The attachments, and the body behind them if it goes here. */
  private final List<MemorySegment> parts;

  private State state = State.UNDER_WAY;

  /** Whether the sender carries it. */
  private boolean bySender = true;

  private boolean isAnnounced;

  // Of the carrier.
  private int current;
  private long position;

  OutgoingParcel(OutgoingLanes lanes, Parcel parcel, List<MemorySegment> parts) {
    this.lanes = lanes;
    this.parcel = parcel;
    this.parts = parts;
  }

  int lane() {
    return parcel.lane();
  }

  /**
   * Sends all of it; when this returns the message can follow.
   *
   * @param here whether the present thread writes: it costs less, and no patience ends a write. It
   *     does so too if there is little, or memory that only this thread can read
   */
  void carry(Patience patience, boolean here) throws ClosedChannelException {
    lanes.queue().append(FrameWriter.parcel(parcel));
    isAnnounced = true;
    if (here || isSmall() || parts.stream().anyMatch(OutgoingParcel::isConfined)) {
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

  /** Whether only the thread that owns it can read it. */
  static boolean isConfined(MemorySegment memory) {
    return !memory.isAccessibleBy(ANYBODY);
  }

  private void carryForSender() {
    synchronized (lanes) {
      if (state != State.UNDER_WAY) {
        return;
      }
      bySender = false;
    }
    try (Patience endless = Patience.endless()) {
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
      assert lanes.areClosed(); // the sender sees that too
    }
  }

  private void carryHere(Patience patience) throws ClosedChannelException {
    while (!isAbandoned()) {
      MemorySegment chunk = next();
      boolean last = current == parts.size();
      lanes
          .chunks()
          .write(
              FrameWriter.chunk(lane(), (int) chunk.byteSize()),
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
   * The sender has done with it.
   *
   * @param sent whether the message was appended behind it
   */
  void end(boolean sent) {
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
      lanes.queue().append(FrameWriter.drop(lane()));
    } catch (ClosedChannelException e) {
      assert lanes.areClosed();
    }
    lanes.free(lane());
  }
}
