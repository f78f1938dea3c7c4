package io.farref.session;

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
 * The way out of a session: cuts what is written into segments, keeps it until it has arrived, and
 * says what has arrived here. Thread-safe.
 */
final class SessionWriter {
  /** How much may be under way without having arrived. */
  static final int WINDOW = 4 << 20;

  /** What came is acknowledged with the next segment if it is so much... */
  private static final int ACK_ALONG = 4 << 10;

  /** ...and without waiting for one if it is so much. */
  private static final int ACK_ALONE = 256 << 10;

  /** So little under way is in the buffers of any link: a write does not wait. */
  private static final int UNHINDERED = 32 << 10;

  /** Up to so many bytes are copied together with their head. */
  private static final int COPIED = 8 << 10;

  private final SessionLink session;
  private final Executor helpers;

  // Held while something is written; guards what is not volatile.
  private final ReentrantLock writing = new ReentrantLock();
  private final Condition room = writing.newCondition();
  private final SentBytes sent = new SentBytes();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(Segment.FULL_HEAD_SIZE + COPIED);
  private final ByteBuffer scratchView = scratch.duplicate();
  private final ByteBuffer[] scratchAlone = {scratch};
  private volatile long end;
  private volatile long acknowledged;
  private volatile long reported;
  private volatile boolean ackDue;
  private volatile boolean awaitsRoom;

  /** What a link has not taken of the last segment; written before anything else on that link. */
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
   * Sends again what the other side has not got.
   *
   * @param there how many bytes have arrived at the other side
   * @param use makes it the link of the session; returns false if it shall not be. The reading
   *     thread goes on at once
   * @return whether it is the link of the session
   * @throws MalformedException if so many bytes cannot have arrived
   */
  boolean resume(Link next, long there, Use use) {
    writing.lock();
    try {
      if (!use.isWanted()) {
        return false;
      }
      acknowledged(there);
      rest = null; // of another link; it is sent again on this one, as far as it has not arrived
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

  /** What becomes of a link for which somebody has waited. */
  interface Use {
    /** Whether there is no later one. */
    boolean isWanted();

    /** It is the link from now on; returns false if the session is over. */
    boolean begin();
  }

  /** So many bytes have arrived here. */
  void arrived(long position) {
    if (position - reported >= ACK_ALONE) {
      acknowledgeSoon();
    }
  }

  /** Says what has arrived, and gives away memory that is not in use. */
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
          awaitRoom();
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
   * Writes all, unless there is no room for it, or others are still writing when the time is over.
   * What the link does not take in time is kept, and another thread goes on with it.
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

  /** Goes on with the last segment; returns false if the link does not take it in time. */
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

  private void awaitRoom() throws IOException {
    sent.forget(acknowledged);
    awaitsRoom = true;
    try {
      while (end - acknowledged >= WINDOW) {
        session.checkOpenIfDown();
        SessionLink.Listener owner = session.listener();
        if (owner != null) {
          owner.awaitsAcknowledgement();
        }
        room.awaitUninterruptibly();
      }
    } finally {
      awaitsRoom = false;
    }
  }

  /** Writes one segment of at most so many bytes. */
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

  private void putHead(ByteBuffer out, int length) {
    long here = session.arrived();
    if (here - reported >= ACK_ALONG) {
      reported = here;
      Segment.putHead(out, length, here);
    } else {
      Segment.putHead(out, length);
    }
  }

  private void keep(ByteBuffer bytes) {
    sent.forget(acknowledged);
    sent.append(bytes);
    end = sent.end();
  }

  /** What does not leave has been kept. */
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

  private boolean again(Link to, byte[] bytes, int offset, int length) {
    ByteBuffer head = ByteBuffer.allocate(Segment.HEAD_SIZE);
    Segment.putHead(head, length);
    return transmit(to, new ByteBuffer[] {head.flip(), ByteBuffer.wrap(bytes, offset, length)}, -1);
  }

  /** Never waits for the other side: the reading thread calls it. */
  private void acknowledgeSoon() {
    ackDue = true;
    if (end - acknowledged < UNHINDERED) {
      acknowledgeIfDue();
    } else {
      helpers.execute(this::acknowledgeIfDue);
    }
  }

  /** Whoever writes, or goes on with a segment, does it afterwards. */
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

  /** By the thread that reads, or with the lock. */
  void acknowledged(long position) {
    if (position < acknowledged || position > end) {
      throw new MalformedException(
          "acknowledges " + position + " bytes, of " + acknowledged + " to " + end);
    }
    acknowledged = position;
    if (awaitsRoom) {
      writing.lock();
      try {
        room.signalAll();
      } finally {
        writing.unlock();
      }
    }
  }

  /** Tells the other side that the session is over, if the link takes that at once. */
  void end(Link last, String why) {
    if (writing.tryLock()) {
      try {
        sayEnd(last, why);
      } finally {
        writing.unlock();
      }
    }
  }

  /** Whoever waits for room looks again whether the session is over. */
  void wake() {
    writing.lock();
    try {
      room.signalAll();
    } finally {
      writing.unlock();
    }
  }

  private void sayEnd(Link open, String why) {
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
      // The other side went first, or will ask for this session and learn that it is over.
      assert e.getMessage() != null;
    }
  }
}
