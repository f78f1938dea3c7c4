package io.farref.session;

import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A link that is carried by one link after the other. When one breaks, the reading thread waits for
 * the next, and what the other side has not got is sent again: no byte is lost, none comes twice.
 *
 * <pre>
 *   DOWN --attach--&gt; UP --broken, detach--&gt; DOWN
 *   DOWN, UP --close, fail, end of the other side--&gt; OVER
 * </pre>
 *
 * <p>Who replaces a broken link, and for how long it is worth waiting, is not decided here: {@link
 * Supervisor}.
 */
public final class SessionLink implements Link {
  /** How much may be under way without having arrived. */
  static final int WINDOW = 4 << 20;

  /** What came is acknowledged with the next segment if it is so much... */
  private static final int ACK_ALONG = 4 << 10;

  /** ...and without waiting for one if it is so much. */
  private static final int ACK_ALONE = 256 << 10;

  /** So little under way is in the buffers of any link: a write does not wait. */
  private static final int UNHINDERED = 32 << 10;

  /** And so much at least fits into those of a connection on which nothing has been lost. */
  private static final int TAKEN_AT_ONCE = 128 << 10;

  /** Up to so many bytes are copied together with their head. */
  private static final int COPIED = 8 << 10;

  private static final int AGAIN = -2;
  private static final VarHandle READING;
  private static final VarHandle ARRIVED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      READING = lookup.findVarHandle(SessionLink.class, "reading", boolean.class);
      ARRIVED = lookup.findVarHandle(SessionLink.class, "arrived", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Executor helpers;
  private final String remoteAddress;
  private final Object state = new Object();
  private final Supervisor supervisor;
  private @Nullable Listener listener;
  private @Nullable IOException failure;
  private boolean closed;

  /** Null while there is none; written under {@link #state}. */
  private volatile @Nullable Link link;

  // The reader sets `reading` and then looks for the link; detach() does it the other way round.
  private volatile boolean reading;
  private volatile boolean woken;

  /** Of the reader: its interrupt flag has ended a wait. */
  private boolean interrupted;

  private SegmentReader segments = new SegmentReader(this::acknowledged);
  private volatile long arrived;

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
  private volatile String problem = "";

  /** Sees to it that there is a link. */
  public interface Supervisor {
    /** The link broke. Called without a lock by whichever thread notices, and must not wait. */
    void disconnected(SessionLink session, IOException cause);
  }

  /**
   * Uses a session. Called without a lock, by whichever thread notices; a call that comes late may
   * cross the next one.
   */
  public interface Listener {
    /** There is a link, and what was missing has been sent. */
    void connected();

    /** Nothing leaves before the next link. */
    void disconnected();

    /** There will be no link any more. */
    void failed(IOException cause);

    /** A write waits until something has arrived, so somebody should read what says so. */
    void awaitsAcknowledgement();
  }

  /**
   * Makes one without a link.
   *
   * @param helpers runs what the reading thread cannot wait for
   */
  public SessionLink(Executor helpers, String remoteAddress, Supervisor supervisor) {
    this.helpers = helpers;
    this.remoteAddress = remoteAddress;
    this.supervisor = supervisor;
  }

  /** From now on this one uses it, and is told how things stand. */
  public void listen(Listener user) {
    IOException lost;
    boolean up;
    synchronized (state) {
      listener = user;
      lost = failure;
      up = link != null;
    }
    if (lost != null) {
      user.failed(lost);
    } else if (up) {
      user.connected();
    }
  }

  /** What goes wrong at present, for messages. */
  public void problem(String present) {
    problem = present;
  }

  /** What goes wrong, if there is no link. */
  public Optional<String> problem() {
    return link == null ? Optional.of(problem) : Optional.empty();
  }

  /** Whether it is over. */
  public boolean isOver() {
    synchronized (state) {
      return closed;
    }
  }

  /** Whether there is a link. */
  public boolean isConnected() {
    return link != null;
  }

  /** How many bytes have arrived here. Final only while there is no link. */
  public long arrived() {
    return arrived;
  }

  /**
   * Goes on with another link. There must be none.
   *
   * @param there how many bytes have arrived at the other side
   * @param wanted whether there is no later link; asked once nothing else can happen to the session
   * @throws MalformedException if they cannot be so many
   */
  public void attach(Link next, long there, BooleanSupplier wanted) {
    boolean attached = false;
    writing.lock();
    try {
      if (there < acknowledged || there > end) {
        throw new MalformedException(
            "the other side has " + there + " bytes, of " + acknowledged + " to " + end);
      }
      acknowledged(there);
      reported = arrived;
      synchronized (state) {
        if (!closed && wanted.getAsBoolean()) {
          segments = new SegmentReader(this::acknowledged);
          link = next;
          attached = true;
          state.notifyAll();
        }
      }
      if (!attached) {
        next.close();
        return;
      }
      sent.read(there, (bytes, offset, length) -> again(next, bytes, offset, length));
    } finally {
      writing.unlock();
    }
    acknowledgeIfDue();
    Listener owner = listener();
    if (owner != null && link == next) {
      owner.connected();
    }
  }

  /** Gives up the present link, if there is one, so that another can follow. */
  public void detach(IOException cause) {
    broken(link, cause);
    while (reading) {
      LockSupport.parkNanos(10_000);
    }
  }

  /** The session is over; whoever reads or writes is told why. */
  public void fail(IOException cause) {
    Listener owner;
    synchronized (state) {
      if (closed) {
        return;
      }
      failure = cause;
      owner = listener;
    }
    close();
    if (owner != null) {
      owner.failed(cause);
    }
  }

  /** The present link does not seem to work: gives it up, if there is one. */
  public void suspect(IOException cause) {
    broken(link, cause);
  }

  /** Called now and then: says what has arrived, and keeps no memory that is not in use. */
  public void beat() {
    if (arrived != reported) {
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

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    long timeout = timeoutNanos;
    long start = 0;
    while (true) {
      int count = tryRead(dst, timeout);
      if (count != AGAIN) {
        return count;
      }
      if (timeout > 0) {
        long now = System.nanoTime();
        start = start == 0 ? now : start; // the first round is a gift: it read something
        timeout = Math.max(0, timeoutNanos - (now - start));
      }
    }
  }

  private int tryRead(ByteBuffer dst, long timeoutNanos) throws IOException {
    reading = true;
    Link from = link;
    if (from == null) {
      reading = false;
      return awaitLink(timeoutNanos) ? AGAIN : 0;
    }
    int start = dst.position();
    int count;
    int got = 0;
    boolean over;
    try {
      count = readSome(from, dst, timeoutNanos);
      if (count > 0) {
        got = segments.strip(dst, start);
        ARRIVED.setRelease(this, arrived + got);
      }
      over = segments.isEnded();
    } catch (IOException e) {
      READING.setRelease(this, false);
      broken(from, e);
      return AGAIN;
    } finally {
      READING.setRelease(this, false);
    }
    if (got > 0) {
      if (arrived - reported >= ACK_ALONE) {
        acknowledgeSoon();
      }
      return got;
    }
    if (over) {
      return ended();
    }
    if (count < 0) {
      broken(from, new IOException("the connection to " + remoteAddress + " ended"));
    }
    if (count == 0) {
      woken = false;
      return 0;
    }
    return AGAIN;
  }

  private int ended() throws IOException {
    if (segments.reason().isEmpty()) {
      return -1;
    }
    throw new IOException("it has ended the connection: " + segments.reason());
  }

  private int readSome(Link from, ByteBuffer dst, long timeoutNanos) throws IOException {
    if (segments.isEnded()) {
      return 0;
    }
    int limit = dst.limit();
    dst.limit(dst.position() + segments.readable(dst.remaining()));
    try {
      return from.read(dst, timeoutNanos);
    } finally {
      dst.limit(limit);
    }
  }

  /** Returns false if the time passed or the wait was ended. */
  private boolean awaitLink(long timeoutNanos) throws IOException {
    long deadline = System.nanoTime() + timeoutNanos;
    boolean old = interrupted && Thread.interrupted(); // has ended a wait already
    boolean stop = false;
    synchronized (state) {
      while (link == null && !stop) {
        checkOpen();
        long left = timeoutNanos < 0 ? Long.MAX_VALUE : deadline - System.nanoTime();
        if (woken || left <= 0) {
          woken = false;
          stop = true;
        } else {
          try {
            TimeUnit.NANOSECONDS.timedWait(state, left);
          } catch (InterruptedException e) {
            old = true;
            stop = true;
          }
        }
      }
    }
    interrupted = old;
    if (old) {
      Thread.currentThread().interrupt();
    }
    return !stop;
  }

  private void checkOpenIfDown() throws IOException {
    if (link == null) {
      synchronized (state) {
        checkOpen();
      }
    }
  }

  /** With the lock of {@link #state}. */
  private void checkOpen() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (closed) {
      throw new AsynchronousCloseException();
    }
  }

  @Override
  public void wakeup() {
    woken = true;
    Link present = link;
    if (present != null) {
      present.wakeup();
    }
    synchronized (state) {
      state.notifyAll();
    }
  }

  @Override
  public void write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    int past = offset + length;
    writing.lock();
    try {
      for (int i = offset; (i = skipEmpty(srcs, i, past)) < past; ) {
        if (end - acknowledged >= WINDOW) {
          awaitRoom();
        } else {
          writeSome(srcs, i, past, (int) (WINDOW - (end - acknowledged)));
        }
      }
      checkOpenIfDown();
    } finally {
      writing.unlock();
    }
    acknowledgeIfDue();
  }

  /**
   * All of it, or nothing: what was begun is kept until it has arrived, and so must be finished.
   */
  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    long size = 0;
    for (int i = offset; i < offset + length; i++) {
      size += srcs[i].remaining();
    }
    if (timeoutNanos >= 0 && end - acknowledged + size > TAKEN_AT_ONCE) {
      return false;
    }
    write(srcs, offset, length);
    return true;
  }

  private static int skipEmpty(ByteBuffer[] srcs, int from, int past) {
    int i = from;
    while (i < past && !srcs[i].hasRemaining()) {
      i++;
    }
    return i;
  }

  private void awaitRoom() throws IOException {
    sent.forget(acknowledged);
    awaitsRoom = true;
    try {
      while (end - acknowledged >= WINDOW) {
        checkOpenIfDown();
        Listener owner = listener();
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
  private void writeSome(ByteBuffer[] srcs, int from, int past, int most) {
    int count = 0;
    int i = from;
    while (i < past && count < most) {
      count += Math.min(srcs[i++].remaining(), most - count);
    }
    if (count <= COPIED) {
      writeCopied(srcs, from, i, count);
    } else {
      writeGathered(srcs, from, i, count);
    }
  }

  private void writeCopied(ByteBuffer[] srcs, int from, int past, int count) {
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
    transmit(link, scratchAlone);
  }

  private void writeGathered(ByteBuffer[] srcs, int from, int past, int count) {
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
    transmit(link, parts);
  }

  private void putHead(ByteBuffer out, int length) {
    long here = arrived;
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
  private boolean transmit(@Nullable Link to, ByteBuffer[] parts) {
    if (to == null) {
      return false;
    }
    try {
      to.write(parts, 0, parts.length);
      return true;
    } catch (IOException e) {
      broken(to, e);
      return false;
    }
  }

  private boolean again(Link to, byte[] bytes, int offset, int length) {
    ByteBuffer head = ByteBuffer.allocate(Segment.HEAD_SIZE);
    Segment.putHead(head, length);
    return transmit(to, new ByteBuffer[] {head.flip(), ByteBuffer.wrap(bytes, offset, length)});
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

  /** Whoever writes does it afterwards. */
  private void acknowledgeIfDue() {
    while (ackDue && writing.tryLock()) {
      try {
        if (ackDue) {
          ackDue = false;
          long here = arrived;
          reported = here;
          scratch.clear();
          Segment.putHead(scratch, 0, here);
          scratch.flip();
          transmit(link, scratchAlone);
        }
      } finally {
        writing.unlock();
      }
    }
  }

  /** By the thread that reads, or with the lock. */
  private void acknowledged(long position) {
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

  private void broken(@Nullable Link which, IOException cause) {
    Listener owner;
    synchronized (state) {
      if (which == null || link != which) {
        return;
      }
      link = null;
      owner = listener;
    }
    which.close();
    if (owner != null) {
      owner.disconnected();
    }
    supervisor.disconnected(this, cause);
  }

  private @Nullable Listener listener() {
    synchronized (state) {
      return listener;
    }
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  /** Ends the session; the other side is told, if there is a link and it takes it at once. */
  @Override
  public void close() {
    close("");
  }

  /**
   * Ends the session as {@link #close()} does.
   *
   * @param why for whoever reads at the other side; if it is empty, that is the end of its stream
   */
  public void close(String why) {
    Link open;
    synchronized (state) {
      if (closed) {
        return;
      }
      closed = true;
      open = link;
      link = null;
      state.notifyAll();
    }
    if (open != null && writing.tryLock()) {
      try {
        sayEnd(open, why);
      } finally {
        writing.unlock();
      }
    }
    if (open != null) {
      open.close();
    }
    writing.lock();
    try {
      room.signalAll();
    } finally {
      writing.unlock();
    }
  }

  private void sayEnd(Link open, String why) {
    if (end - acknowledged >= UNHINDERED) {
      return;
    }
    scratch.clear();
    Segment.putEnd(scratch, why);
    scratch.flip();
    try {
      open.write(scratchAlone, 0, 1);
    } catch (ClosedChannelException e) {
      assert closed;
    } catch (IOException e) {
      // The other side went first, or will ask for this session and learn that it is over.
      assert e.getMessage() != null;
    }
  }

  @Override
  public String toString() {
    return "session with " + remoteAddress;
  }
}
