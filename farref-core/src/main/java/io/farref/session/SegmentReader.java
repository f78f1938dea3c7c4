package io.farref.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes the stream of a session out of that of a link, in place. Of one link and one thread at a
 * time.
 */
final class SegmentReader {
  /** More than this is read without what follows, which would have to be moved. */
  private static final int MOVABLE = 4 << 10;

  private final Acks acks;
  private final byte[] head = new byte[Segment.FULL_HEAD_SIZE];
  private int headSize;
  private int left;
  private boolean ended;

  /** Hears what has arrived at the other side. */
  interface Acks {
    /** So many bytes of what was sent have arrived. */
    void arrived(long position);
  }

  SegmentReader(Acks acks) {
    this.acks = acks;
  }

  /** Whether the other side has said that the session is over. */
  boolean isEnded() {
    return ended;
  }

  /** How much of the link's stream to read next into a buffer that has so much room. */
  int readable(int room) {
    return left > MOVABLE ? Math.min(left, room) : room;
  }

  /**
   * Leaves in the buffer what belongs to the session.
   *
   * @param from where the bytes of the link begin, which end at the buffer's position
   * @return how many bytes are left; the position is behind them
   */
  int strip(ByteBuffer buffer, int from) {
    int end = buffer.position();
    int in = from;
    int out = from;
    while (in < end && !ended) {
      if (left == 0) {
        in = readHead(buffer, in, end);
      } else {
        int count = Math.min(left, end - in);
        if (in != out) {
          buffer.put(out, buffer, in, count);
        }
        in += count;
        out += count;
        left -= count;
      }
    }
    buffer.position(out);
    return out - from;
  }

  private int readHead(ByteBuffer buffer, int from, int end) {
    int in = from;
    while (in < end) {
      head[headSize++] = buffer.get(in++);
      if (headSize >= Segment.HEAD_SIZE && isHeadWhole()) {
        break;
      }
    }
    return in;
  }

  private boolean isHeadWhole() {
    ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int first = bytes.getInt();
    if (Segment.isEnd(first)) {
      ended = true;
    } else if (!Segment.isAck(first)) {
      left = Segment.length(first);
    } else if (headSize == Segment.FULL_HEAD_SIZE) {
      left = Segment.length(first);
      acks.arrived(bytes.getLong());
    } else {
      return false;
    }
    headSize = 0;
    return true;
  }
}
