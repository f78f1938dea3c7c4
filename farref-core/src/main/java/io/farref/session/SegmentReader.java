package io.farref.session;

import io.farref.bytes.MalformedException;
import io.farref.observe.ForeignText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the stream of a session from the stream of one link, in place. Used by one thread at a
 * time.
 */
final class SegmentReader {
  /**
   * If more than this is missing of a segment, nothing behind the segment is read: it would have to
   * be moved.
   */
  private static final int MOVABLE = 4 << 10;

  private final Acks acks;
  private final byte[] head = new byte[Segment.FULL_HEAD_SIZE];
  private final ByteBuffer headBytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
  private int headSize;
  private int left;
  private boolean ended;
  private byte @Nullable [] reason;
  private int reasonSize;

  /** Receives the acknowledgements of the other side. */
  interface Acks {
    /** The first {@code position} bytes that were sent have arrived. */
    void arrived(long position);
  }

  SegmentReader(Acks acks) {
    this.acks = acks;
  }

  /** Whether the other side has said that the session is over. */
  boolean isEnded() {
    return ended;
  }

  /** Why the session is over; empty if the other side gave no reason. */
  String reason() {
    return reason == null
        ? ""
        : ForeignText.of(new String(reason, 0, reasonSize, StandardCharsets.UTF_8));
  }

  /** How many bytes to read next from the link into a buffer with {@code space} bytes left. */
  int readable(int space) {
    return left > MOVABLE ? Math.min(left, space) : space;
  }

  /**
   * Removes the bytes that do not belong to the session's stream from a buffer.
   *
   * @param from where the bytes from the link begin; they end at the buffer's position
   * @return how many bytes are left; the buffer's position is behind them
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
        throw new MalformedException("the reason for the end of a session has " + size + " bytes");
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
