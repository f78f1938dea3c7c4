package io.farref.fuzz;

import io.farref.spi.Link;
import java.nio.ByteBuffer;

/** A link on which given bytes arrive, and then its end; what is written to it disappears. */
public final class ScriptedLink implements Link {
  private final ByteBuffer bytes;
  private final int[] pieces;
  private int reads;
  private volatile boolean closed;

  /**
   * One on which these bytes arrive.
   *
   * @param pieces how many of them at most with each read, in turn; none for as many as there is
   *     space for
   */
  public ScriptedLink(byte[] bytes, int... pieces) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.pieces = pieces;
  }

  @Override
  public synchronized int read(ByteBuffer dst, long timeoutNanos) {
    if (closed || !bytes.hasRemaining()) {
      return -1;
    }
    int most = pieces.length == 0 ? dst.remaining() : pieces[reads++ % pieces.length];
    int count = Math.min(bytes.remaining(), Math.min(most, dst.remaining()));
    dst.put(bytes.slice().limit(count));
    bytes.position(bytes.position() + count);
    return count;
  }

  @Override
  public void wakeup() {}

  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos) {
    for (int i = offset; i < offset + length; i++) {
      srcs[i].position(srcs[i].limit());
    }
    return true;
  }

  @Override
  public String remoteAddress() {
    return "script";
  }

  @Override
  public void close() {
    closed = true;
  }
}
