package io.farref.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.bytes.ByteBuffers;
import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing half of a session: cuts the bytes that are written into segments, keeps them until
 * they have arrived, and acknowledges the bytes that have arrived here. Thread-safe.
 */
final class SessionWriter {
  /** How many bytes may be sent and not yet acknowledged. */
  static final int WINDOW = 4 << 20;

  /** If this many bytes have arrived, the next segment acknowledges them... */
  private static final int ACK_ALONG = 4 << 10;

  /** ...and if this many have arrived, they are acknowledged at once. */
  private static final int ACK_ALONE = 256 << 10;

  /**
   * If no more than this is unacknowledged, a write does not wait: the buffers of any link hold it.
   */
  private static final int UNHINDERED = 32 << 10;

  /** Up to this many bytes are copied, so that they are written together with their head. */
  private static final int COPIED = 8 << 10;

  private final SessionLink session;
  private final Executor helpers;

  /** Held while something is written. */
  private final ReentrantLock writing = new ReentrantLock();

  private final Condition windowSpace = writing.newCondition();

  @GuardedBy("writing")
  private final RetransmitBuffer sent = new RetransmitBuffer();

  @GuardedBy("writing")
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(Segment.FULL_HEAD_SIZE + COPIED);

  @GuardedBy("writing")
  private final ByteBuffer scratchView = scratch.duplicate();

  @GuardedBy("writing")
  private final ByteBuffer[] scratchAlone = {scratch};

  private volatile long end;
  private volatile long acknowledged;
  private volatile long reported;
  private volatile boolean ackDue;
  private volatile boolean awaitsWindow;

  /**
   * The part of the last segment that its link has not taken; written before anything else there.
   */
  private volatile @Nullable Rest rest;

  private record Rest(Link link, ByteBuffer[] alone) {
    static Rest of(Link link, ByteBuffer[] parts) {
      ByteBuffer copy = ByteBuffer.allocate((int) ByteBuffers.remaining(parts, 0, parts.length));
      for (ByteBuffer each : parts) {
        copy.put(each);
      }
      return new Rest(link, new ByteBuffer[] {copy.flip()});
    }
  }

  SessionWriter(SessionLink session, Executor helpers) {
    this.session = session;
    this.helpers = helpers;
  }

  /**
   * Makes a link the link of the session, and sends again the bytes that the other side has not
   * received.
   *
   * @param there how many bytes have arrived at the other side
   * @param use decides whether the link is still wanted, and makes it the link of the session; from
   *     then on the reading thread uses it
   * @return whether it is the link of the session now
   * @throws MalformedException if that many bytes cannot have arrived
   */
  @SuppressWarnings("GuardedBy") // the lambda runs under the lock, but the check cannot see that
  boolean resume(Link next, long there, Use use) {
    writing.lock();
    try {
      if (!use.isWanted()) {
        return false;
      }
      acknowledged(there);
      rest = null; // was for another link; what has not arrived is sent again on this one
      reported = session.arrived();
      if (!use.begin()) {
        return false;
      }
      sent.read(there, (bytes, offset, length) -> again(next, bytes, offset, length));
    } finally {
      writing.unlock();
    }
    acknowledgeIfDue();
    return true;
  }

  /** Decides about a new link, under the lock of the writer. */
  interface Use {
    /** Whether no later link has been asked for. */
    boolean isWanted();

    /** Makes it the link of the session; returns false if the session is over. */
    boolean begin();
  }

  /** The first {@code position} bytes of the other side's stream have arrived here. */
  void arrived(long position) {
    if (position - reported >= ACK_ALONE) {
      acknowledgeSoon();
    }
  }

  /** Acknowledges what has arrived, and frees memory that is not in use. */
  void beat() {
    if (session.arrived() != reported) {
      acknowledgeSoon();
    }
    if (acknowledged == end && writing.tryLock()) {
      try {
        sent.trim();
      } finally {
        writing.unlock();
      }
    }
  }

  void write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    int past = offset + length;
    writing.lock();
    try {
      writeRest(-1);
      for (int i = offset; (i = ByteBuffers.skipEmpty(srcs, i, past)) < past; ) {
        if (end - acknowledged >= WINDOW) {
          awaitWindow();
        } else {
          writeSome(srcs, i, past, (int) (WINDOW - (end - acknowledged)), -1);
        }
      }
      session.checkOpenIfDown();
    } finally {
      writing.unlock();
    }
    acknowledgeIfDue();
  }

  /**
   * Writes all or nothing: nothing if the window is full, or if other threads are still writing
   * when the time is over. If the link does not take all in time, the rest is kept and another
   * thread writes it.
   */
  boolean tryWrite(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    long size = ByteBuffers.remaining(srcs, offset, offset + length);
    if (!lock(timeoutNanos)) {
      return false;
    }
    try {
      if (end - acknowledged + size > WINDOW || !writeRest(timeoutNanos)) {
        return false;
      }
      int past = offset + length;
      int first = ByteBuffers.skipEmpty(srcs, offset, past);
      if (first < past) {
        writeSome(srcs, first, past, (int) size, timeoutNanos);
      }
      session.checkOpenIfDown();
    } finally {
      writing.unlock();
    }
    acknowledgeIfDue();
    return true;
  }

  private boolean lock(long timeoutNanos) {
    try {
      return writing.tryLock() || writing.tryLock(timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Writes the rest of the last segment; returns false if the link does not take it in time. */
  @GuardedBy("writing")
  private boolean writeRest(long timeoutNanos) {
    Rest left = rest;
    if (left == null) {
      return true;
    }
    try {
      if (left.link == session.link() && !left.link.write(left.alone, 0, 1, timeoutNanos)) {
        return false;
      }
    } catch (IOException e) {
      session.broken(left.link, e);
    }
    rest = null;
    return true;
  }

  private void finishRest() {
    writing.lock();
    try {
      writeRest(-1);
    } finally {
      writing.unlock();
    }
    acknowledgeIfDue();
  }

  @GuardedBy("writing")
  private void awaitWindow() throws IOException {
    sent.forget(acknowledged);
    awaitsWindow = true;
    try {
      while (end - acknowledged >= WINDOW) {
        session.checkOpenIfDown();
        SessionLink.Listener owner = session.listener();
        if (owner != null) {
          owner.awaitsAcknowledgement();
        }
        windowSpace.awaitUninterruptibly();
      }
    } finally {
      awaitsWindow = false;
    }
  }

  /** Writes one segment of at most {@code most} bytes. */
  @GuardedBy("writing")
  private void writeSome(ByteBuffer[] srcs, int from, int past, int most, long timeoutNanos) {
    int count = 0;
    int i = from;
    while (i < past && count < most) {
      count += Math.min(srcs[i++].remaining(), most - count);
    }
    if (count <= COPIED) {
      writeCopied(srcs, from, i, count, timeoutNanos);
    } else {
      writeGathered(srcs, from, i, count, timeoutNanos);
    }
  }

  @GuardedBy("writing")
  private void writeCopied(ByteBuffer[] srcs, int from, int past, int count, long timeoutNanos) {
    scratch.clear();
    putHead(scratch, count);
    int start = scratch.position();
    for (int i = from, left = count; i < past; i++) {
      ByteBuffer src = srcs[i];
      int limit = src.limit();
      src.limit(src.position() + Math.min(left, src.remaining()));
      left -= src.remaining();
      scratch.put(src);
      src.limit(limit);
    }
    scratch.flip();
    keep(scratchView.limit(scratch.limit()).position(start));
    transmit(session.link(), scratchAlone, timeoutNanos);
  }

  @GuardedBy("writing")
  private void writeGathered(ByteBuffer[] srcs, int from, int past, int count, long timeoutNanos) {
    ByteBuffer[] parts = new ByteBuffer[past - from + 1];
    scratch.clear();
    putHead(scratch, count);
    parts[0] = scratch.flip();
    for (int i = from, left = count; i < past; i++) {
      ByteBuffer src = srcs[i];
      int size = Math.min(left, src.remaining());
      left -= size;
      parts[1 + i - from] = src.slice(src.position(), size);
      keep(parts[1 + i - from].duplicate());
      src.position(src.position() + size);
    }
    transmit(session.link(), parts, timeoutNanos);
  }

  @GuardedBy("writing")
  private void putHead(ByteBuffer out, int length) {
    long here = session.arrived();
    if (here - reported >= ACK_ALONG) {
      reported = here;
      Segment.putHead(out, length, here);
    } else {
      Segment.putHead(out, length);
    }
  }

  @GuardedBy("writing")
  private void keep(ByteBuffer bytes) {
    sent.forget(acknowledged);
    sent.append(bytes);
    end = sent.end();
  }

  /** Gives a segment to a link; its bytes have been kept, so nothing is lost if that fails. */
  @GuardedBy("writing")
  private boolean transmit(@Nullable Link to, ByteBuffer[] parts, long timeoutNanos) {
    if (to == null) {
      return false;
    }
    try {
      if (!to.write(parts, 0, parts.length, timeoutNanos)) {
        rest = Rest.of(to, parts);
        helpers.execute(this::finishRest);
      }
      return true;
    } catch (IOException e) {
      session.broken(to, e);
      return false;
    }
  }

  @GuardedBy("writing")
  private boolean again(Link to, byte[] bytes, int offset, int length) {
    ByteBuffer head = ByteBuffer.allocate(Segment.HEAD_SIZE);
    Segment.putHead(head, length);
    return transmit(to, new ByteBuffer[] {head.flip(), ByteBuffer.wrap(bytes, offset, length)}, -1);
  }

  /** Never waits for the other side, because the reading thread calls this. */
  private void acknowledgeSoon() {
    ackDue = true;
    if (end - acknowledged < UNHINDERED) {
      acknowledgeIfDue();
    } else {
      helpers.execute(this::acknowledgeIfDue);
    }
  }

  /** If another thread is writing, that thread does this when it is done. */
  private void acknowledgeIfDue() {
    while (ackDue && rest == null && writing.tryLock()) {
      try {
        if (ackDue && rest == null) {
          ackDue = false;
          long here = session.arrived();
          reported = here;
          scratch.clear();
          Segment.putHead(scratch, 0, here);
          scratch.flip();
          transmit(session.link(), scratchAlone, -1);
        }
      } finally {
        writing.unlock();
      }
    }
  }

  /**
   * The first {@code position} bytes have arrived at the other side. Called by the thread that
   * reads, or with the lock.
   */
  void acknowledged(long position) {
    if (position < acknowledged || position > end) {
      throw new MalformedException(
          "acknowledges " + position + " bytes, of " + acknowledged + " to " + end);
    }
    acknowledged = position;
    if (awaitsWindow) {
      writing.lock();
      try {
        windowSpace.signalAll();
      } finally {
        writing.unlock();
      }
    }
  }

  /** Tells the other side that the session is over, if the link can take the message at once. */
  void end(Link last, String why) {
    if (writing.tryLock()) {
      try {
        sendEnd(last, why);
      } finally {
        writing.unlock();
      }
    }
  }

  /** Makes threads that wait for the window look again whether the session is over. */
  void wake() {
    writing.lock();
    try {
      windowSpace.signalAll();
    } finally {
      writing.unlock();
    }
  }

  @GuardedBy("writing")
  private void sendEnd(Link open, String why) {
    if (end - acknowledged >= UNHINDERED || rest != null) {
      return;
    }
    scratch.clear();
    Segment.putEnd(scratch, why);
    scratch.flip();
    try {
      open.write(scratchAlone, 0, 1);
    } catch (ClosedChannelException e) {
      assert session.isOver();
    } catch (IOException e) {
      // The other side has closed the link, or will ask for this session and learn that it is over.
      assert e.getMessage() != null;
    }
  }
}
