package io.farref.session;

import io.farref.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The format of a session's stream within the stream of a link: segments, which may also
 * acknowledge the bytes of the opposite direction.
 *
 * <pre>
 *   0               4                       4 or 12             + length
 *   +---------------+-----------------------+-------------------+
 *   | head, LE      | position, LE          | bytes             |
 *   +---------------+-----------------------+-------------------+
 *
 *   head   bits 0-30   how many bytes of the stream follow; all ones: the session is over, and
 *                      the reason follows: 2 bytes of length, then text in UTF-8
 *          bit 31      a position follows: the number of bytes that have arrived at the sender
 * </pre>
 */
final class Segment {
  static final int HEAD_SIZE = 4;
  static final int FULL_HEAD_SIZE = 12;

  /** The longest segment. */
  static final int MAX_LENGTH = 1 << 24;

  static final int MAX_REASON = 1 << 10;

  private static final int ACK = 1 << 31;
  private static final int END = Integer.MAX_VALUE;

  private Segment() {}

  /** Writes the head of a segment that acknowledges {@code arrived} bytes. */
  static void putHead(ByteBuffer out, int length, long arrived) {
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(ACK | length).putLong(arrived);
  }

  /** Writes the head of a segment that acknowledges nothing. */
  static void putHead(ByteBuffer out, int length) {
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(length);
  }

  /**
   * Writes the last segment of a session, with the first {@link #MAX_REASON} bytes of the reason.
   */
  static void putEnd(ByteBuffer out, String why) {
    byte[] reason = why.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(reason.length, MAX_REASON);
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(END).putShort((short) length).put(reason, 0, length);
  }

  static boolean isEnd(int head) {
    return head == END;
  }

  static boolean isAck(int head) {
    return (head & ACK) != 0;
  }

  /** How many bytes of the stream follow the head. */
  static int length(int head) {
    int length = head & ~ACK;
    if (length > MAX_LENGTH) {
      throw new MalformedException("a segment of " + length + " bytes");
    }
    return length;
  }
}
