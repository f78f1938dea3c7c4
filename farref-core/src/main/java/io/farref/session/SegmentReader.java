package io.farref.session;

import io.farref.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes the stream of a session out of that of a link, in place. Of one link and one thread at a
 * time.
 */
final class SegmentReader {
  /** More than this is read without what follows, which would have to be moved. */
  private static final int MOVABLE = 4 << 10;

  private final Acks acks;
  private final byte[] head = new byte[Segment.FULL_HEAD_SIZE];
  private final ByteBuffer headBytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
  private int headSize;
  private int left;
  private boolean ended;
  private byte @Nullable [] reason;
  private int reasonSize;

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

  /** Why it is; empty if that needs no words. */
  String reason() {
    return reason == null ? "" : new String(reason, 0, reasonSize, StandardCharsets.UTF_8);
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
      if (reason != null) {
        in = readReason(reason, buffer, in, end);
      } else if (left == 0) {
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

  private int readReason(byte[] into, ByteBuffer buffer, int from, int end) {
    int count = Math.min(into.length - reasonSize, end - from);
    buffer.get(from, into, reasonSize, count);
    reasonSize += count;
    ended = reasonSize == into.length;
    return from + count;
  }

  private boolean isHeadWhole() {
    int first = headBytes.getInt(0);
    if (Segment.isEnd(first)) {
      if (headSize < Segment.HEAD_SIZE + Short.BYTES) {
        return false;
      }
      int size = headBytes.getShort(Segment.HEAD_SIZE);
      if (size < 0 || size > Segment.MAX_REASON) {
        throw new MalformedException("a session's last words of " + size + " bytes");
      }
      reason = new byte[size];
      ended = size == 0;
    } else if (!Segment.isAck(first)) {
      left = Segment.length(first);
    } else if (headSize == Segment.FULL_HEAD_SIZE) {
      left = Segment.length(first);
      acks.arrived(headBytes.getLong(Segment.HEAD_SIZE));
    } else {
      return false;
    }
    headSize = 0;
    return true;
  }
}
