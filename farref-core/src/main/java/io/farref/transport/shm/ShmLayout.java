package io.farref.transport.shm;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The layout of the memory that the two sides of a connection share.
 *
 * <pre>
 *        0  +-----------------------------------------------------------+
 *           | token: 16 bytes that only the two processes know          |
 *     1024  +-----------------------------------------------------------+
 *           | control of ring 0, from the dialer to the acceptor        |
 *           |    +0  tail          long  bytes ever written             | by the writer
 *           |    +8  writerClosed  int   1: nothing follows tail        | by the writer
 *           |  +128  head          long  bytes ever read                | by the reader
 *           |  +256  readerWaits   int   how the reader sleeps          | by both
 *           |  +260  readerClosed  int   1: the reader is closed        | by the reader
 *           |  +384  writerWaits   int   how the writer sleeps          | by both
 *     2048  +-----------------------------------------------------------+
 *           | control of ring 1, from the acceptor to the dialer        |
 *     4096  +-----------------------------------------------------------+
 *           | bytes of ring 0: byte n of the stream at n mod capacity   |
 * 4096 + c  +-----------------------------------------------------------+
 *           | bytes of ring 1                                           |
 * 4096 + 2c +-----------------------------------------------------------+
 * </pre>
 *
 * <p>Words that are written by different threads lie on different cache lines that are not adjacent
 * either, because processors fetch lines in pairs. All numbers have the byte order of the machine.
 */
final class ShmLayout {
  static final long TOKEN = 0;
  static final int TOKEN_SIZE = 16;

  static final long TAIL = 0;
  static final long WRITER_CLOSED = 8;
  static final long HEAD = 128;
  static final long READER_WAITS = 256;
  static final long READER_CLOSED = 260;
  static final long WRITER_WAITS = 384;

  private static final long CONTROL = 1024;
  private static final long BYTES = 4096;

  static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private ShmLayout() {}

  /** Where the control words of a ring begin. */
  static long control(int ring) {
    return CONTROL * (1 + ring);
  }

  /** Where the bytes of a ring begin. */
  static long bytes(int ring, int capacity) {
    return BYTES + (long) ring * capacity;
  }

  static long size(int capacity) {
    return bytes(2, capacity);
  }
}
