package io.farref.bytes;

import java.nio.ByteBuffer;

/** Helpers for gathering writes, which take arrays of buffers. */
public final class ByteBuffers {
  private ByteBuffers() {}

  /** The index of the first buffer from {@code from} on that has bytes left, or {@code end}. */
  public static int skipEmpty(ByteBuffer[] buffers, int from, int end) {
    int i = from;
    while (i < end && !buffers[i].hasRemaining()) {
      i++;
    }
    return i;
  }

  /** How many bytes remain in the buffers from {@code from} to {@code end}. */
  public static long remaining(ByteBuffer[] buffers, int from, int end) {
    long sum = 0;
    for (int i = from; i < end; i++) {
      sum += buffers[i].remaining();
    }
    return sum;
  }
}
