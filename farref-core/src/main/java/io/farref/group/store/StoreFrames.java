package io.farref.group.store;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.Link;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The frames of {@link StoreProtocol} on a link. One thread reads at a time and one writes; the two
 * may be different threads.
 */
final class StoreFrames {
  /** What is kept between frames; a longer frame costs a buffer of its own. */
  private static final int FIRST_SIZE = 4096;

  private final Link link;
  private final int maxFrame;

  /** The bytes that have arrived and were not returned yet. Used by the reading thread only. */
  private ByteBuffer in = ByteBuffer.allocate(FIRST_SIZE).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** Reads frames of no more than {@code maxFrame} bytes. */
  StoreFrames(Link link, int maxFrame) {
    this.link = link;
    this.maxFrame = maxFrame;
  }

  /**
   * Returns the next frame, or null if none was complete before the timeout, the link's {@link
   * Link#wakeup} or an interrupt. May also return null spuriously.
   *
   * @param timeoutNanos negative waits without limit
   * @throws EOFException at the end of the link
   * @throws MalformedException if the frame is too long
   */
  @Nullable Input next(long timeoutNanos) throws IOException {
    Input frame = take();
    if (frame != null) {
      return frame;
    }
    prepareToFill();
    int count;
    try {
      count = link.read(in, timeoutNanos);
    } finally {
      in.flip();
    }
    if (count < 0) {
      throw new EOFException(link.remoteAddress() + " hung up");
    }
    return take();
  }

  private @Nullable Input take() {
    if (in.remaining() < Integer.BYTES) {
      return null;
    }
    int length = in.getInt(in.position());
    if (length < 0 || length > maxFrame) {
      throw new MalformedException(
          "a frame of " + Integer.toUnsignedString(length) + " bytes, the limit is " + maxFrame);
    }
    if (in.remaining() - Integer.BYTES < length) {
      return null;
    }
    byte[] frame = new byte[length];
    in.position(in.position() + Integer.BYTES).get(frame);
    if (!in.hasRemaining() && in.capacity() > FIRST_SIZE) {
      in = ByteBuffer.allocate(FIRST_SIZE).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    }
    return new Input(frame);
  }

  /** Makes the buffer one to fill. It grows with what has arrived, not with what was announced. */
  private void prepareToFill() {
    if (in.remaining() < in.capacity()) {
      in.compact();
    } else {
      int size = Math.clamp(2L * in.capacity(), FIRST_SIZE, maxFrame + Integer.BYTES);
      in = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(in);
    }
  }

  /**
   * Writes a frame that {@link StoreProtocol#frame} began.
   *
   * @return false if the other side did not take it in time; nothing can be written after it then
   */
  boolean write(Output frame, long timeoutNanos) throws IOException {
    frame.setInt(0, frame.size() - Integer.BYTES);
    return link.write(new ByteBuffer[] {frame.asByteBuffer()}, 0, 1, timeoutNanos);
  }
}
