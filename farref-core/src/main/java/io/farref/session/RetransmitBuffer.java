package io.farref.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The sent bytes of a stream that may have to be sent again: those behind the last acknowledged
 * position. Not thread-safe.
 */
final class RetransmitBuffer {
  private static final int BLOCK = 64 << 10;

  /** How many free blocks are kept for the next bytes: a whole window. */
  private static final int SPARE = SessionWriter.WINDOW / BLOCK;

  private final ArrayDeque<byte[]> blocks = new ArrayDeque<>();
  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
  private byte[] last = new byte[0];

  /** How many bytes of the last block are used. */
  private int filled;

  /** Where in the stream the first block begins. */
  private long base;

  /** Takes consecutive bytes of the stream. */
  interface Sink {
    /** Takes the next bytes; returns whether it wants more. */
    boolean take(byte[] bytes, int offset, int length);
  }

  /** The position behind the last byte. */
  long end() {
    return blocks.isEmpty() ? base : base + (blocks.size() - 1L) * BLOCK + filled;
  }

  /** Keeps the remaining bytes of the buffer, and moves its position behind them. */
  void append(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (blocks.isEmpty() || filled == BLOCK) {
        byte[] next = spare.poll();
        last = next == null ? new byte[BLOCK] : next;
        blocks.add(last);
        filled = 0;
      }
      int count = Math.min(bytes.remaining(), BLOCK - filled);
      bytes.get(last, filled, count);
      filled += count;
    }
  }

  /** Bytes before this position are not needed any more. */
  void forget(long position) {
    while (!blocks.isEmpty() && base + BLOCK <= position) {
      byte[] block = blocks.remove();
      base += BLOCK;
      if (spare.size() < SPARE) {
        spare.add(block);
      }
    }
  }

  /** Frees memory that is not in use. */
  void trim() {
    spare.clear();
  }

  /** Reads from a position, which has not been forgotten, to the end. */
  void read(long position, Sink sink) {
    long blockStart = base;
    long end = end();
    for (byte[] block : blocks) {
      int from = (int) Math.max(0, position - blockStart);
      int to = (int) Math.min(BLOCK, end - blockStart);
      if (from < to && !sink.take(block, from, to - from)) {
        return;
      }
      blockStart += BLOCK;
    }
  }
}
