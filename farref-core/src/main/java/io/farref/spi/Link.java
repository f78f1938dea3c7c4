package io.farref.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One connection: an ordered, reliable stream of bytes each way.
 *
 * <p>At most one thread reads and at most one thread writes at a time; the two may be different
 * threads, and {@link #wakeup} and {@link #close} may be called by any thread. Interrupting a
 * thread that reads or writes does no harm to the link, and the thread keeps its interrupt flag.
 *
 * <p>Once this side is closed, {@link #read} and {@link #write} throw {@link
 * java.nio.channels.ClosedChannelException}, also in threads that waited in them. Every other
 * {@link IOException} means that the connection is lost.
 */
public interface Link extends AutoCloseable {
  /**
   * Reads at least one byte into {@code dst}, waiting for it.
   *
   * <p>An interrupt ends the wait once, as {@link #wakeup} does, whether it comes before or during
   * the wait. A thread that reads again with its flag still set waits as if the flag were clear.
   *
   * @param timeoutNanos how long to wait; 0 does not wait, negative waits without limit
   * @return the number of bytes read, 0 if the time passed, {@link #wakeup} was called or the
   *     thread was interrupted first, -1 at the end of the stream
   * @throws IllegalArgumentException if {@code dst} is full
   */
  int read(ByteBuffer dst, long timeoutNanos) throws IOException;

  /** Ends the wait of the reading thread, or of the next read that would wait. */
  void wakeup();

  /**
   * Writes all that remains in {@code srcs[offset]} to {@code srcs[offset + length - 1]}, waiting
   * for the other side to take it. An interrupt does not end the wait.
   *
   * @param timeoutNanos how long to wait; 0 does not wait, negative waits without limit
   * @return whether all was written; if not, what remains in the buffers has not been written, and
   *     the caller must write it before anything else
   */
  boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos) throws IOException;

  /** Writes as {@link #write(ByteBuffer[], int, int, long)} does, and waits without limit. */
  default void write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    write(srcs, offset, length, -1);
  }

  /** The address of the other side, for messages. */
  String remoteAddress();

  /** Ends both directions; the other side can still read everything that was written. */
  @Override
  void close();
}
