package io.farref.call;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.codec.InboundSymbols;
import io.farref.codec.OutboundSymbols;
import io.farref.exec.ReadLease;
import io.farref.exec.ReaderPool;
import io.farref.mux.FrameQueue;
import io.farref.mux.FrameReader;
import io.farref.mux.OutboundStreams;
import io.farref.mux.WriteCoalescer;
import io.farref.observe.FailureText;
import io.farref.observe.ProcessIdentity;
import io.farref.session.SessionLink;
import io.farref.spi.Link;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.ReceiveLimits;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, with the parts that both ends have: frames in and out, symbols, messages
 * about references, and the end of the connection.
 */
public abstract class Connection {
  /** How long a goodbye may wait for the other side to take the frames before it. */
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long to wait until a peer that is declared dead was notified. */
  private static final long DECLARE_DEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The connection ends when this many bytes of messages about references wait. */
  private static final int MOST_CONTROL = 64 << 20;

  private final CallRuntime runtime;
  private final int peer;
  private final Listener listener;
  private final ReaderPool readers;
  private final FrameQueue queue;
  private final WriteCoalescer writer;
  private final ReferenceMessageQueue control;
  private final FlushScheduler flushes;
  private final OutboundStreams streams;
  private final Executor tasks;
  private final OutboundSymbols symbolsOut;
  private final InboundSymbols symbolsIn;
  private final AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
  private volatile @Nullable Link link;
  private volatile ConnectionSettings theirs = ConnectionSettings.UNKNOWN;
  private volatile @Nullable ConnectionReader reader;
  private volatile @Nullable Heartbeat heartbeat;
  private volatile boolean peerLeaves;

  /** Notified of the end of a connection. */
  public interface Listener {
    /**
     * The connection has ended; all calls that wait on it fail next.
     *
     * @param orderly whether the other side had said goodbye
     */
    void ended(Connection connection, boolean orderly, Throwable cause);

    /** The other side has declared this worker dead; the connection has not ended yet. */
    default void declaredDead(Connection connection) {}
  }

  @SuppressWarnings("this-escape") // nothing can fail before the connection is used
  public Connection(CallRuntime runtime, int peer, Listener listener) {
    this.runtime = runtime;
    this.peer = peer;
    this.listener = listener;
    readers = runtime.threads().readerPool();
    queue = new FrameQueue(runtime.limits().maxQueuedBytes());
    writer = new WriteCoalescer(queue, runtime.meters(), runtime.threads()::write, this::fail);
    control = new ReferenceMessageQueue(this::hasMoreControl, this::writeControl);
    flushes = new FlushScheduler(queue, writer, control, runtime.watchdog(), this::fail);
    tasks = runtime.threads().calls(this::fail);
    streams = new OutboundStreams(writer, runtime.threads()::write);
    symbolsOut = new OutboundSymbols(this::define, runtime.limits().maxSymbols());
    symbolsIn = new InboundSymbols(runtime.limits().maxSymbols());
  }

  /** The id of the worker at the other end. */
  public final int peer() {
    return peer;
  }

  /**
   * Runs a task that may block, or runs user code, on a thread of its own. If it fails, the
   * connection ends: callers may wait for what the task was to do.
   */
  public final void offLoad(Runnable task) {
    tasks.execute(task);
  }

  /** The name of the worker at the other end. */
  public final String peerName() {
    return runtime.directory().name(peer);
  }

  /** Whether the connection can still be used. */
  public final boolean isOpen() {
    return end.get() == null;
  }

  /**
   * Appends a message about references; it leaves with the next frame or within a millisecond.
   * Never waits, because threads that read connections call it.
   */
  public final void control(Consumer<Output> message) {
    if (control.add(message) > MOST_CONTROL) {
      fail(new IOException(MOST_CONTROL + " bytes of messages about references wait for it"));
    }
    flushes.withinATick();
  }

  /** There are other frames to be sent with the messages about references. */
  public final void controlWaits() {
    control.othersWait();
    flushes.withinATick();
  }

  /** Whether there are other frames that may wait for the next tick, but no longer. */
  public boolean hasMoreControl() {
    return false;
  }

  /** Writes the other frames that are sent with the messages about references. */
  public void writeControl(Output out) {}

  /** How many bytes wait to be written. */
  public final long queuedBytes() {
    return queue.pendingBytes();
  }

  /** Writes the frames that wait. */
  public final void flush() {
    flushes.flush();
  }

  /** Says goodbye and ends the connection; frames that were appended before are still written. */
  public final void leave() {
    try {
      control.appendTo(queue);
      queue.append(FrameWriter.empty(Frame.GOODBYE));
      writer.drain(GOODBYE_NANOS);
    } catch (ClosedChannelException e) {
      return;
    }
    fail(new ClosedChannelException());
  }

  /** Declares the other side dead, and notifies it, in case it still reads. */
  final void declareDead(Throwable cause) {
    offLoad(
        () -> {
          try {
            if (!queue.isPending()) { // else nothing gets through
              queue.append(FrameWriter.empty(Frame.DECLARED_DEAD));
              writer.drain(DECLARE_DEAD_NANOS);
            }
          } catch (ClosedChannelException e) {
            // It is ending already.
          }
          fail(cause);
        });
  }

  /** Ends the connection; all calls that wait for the other side fail. */
  public final void fail(Throwable cause) {
    if (!end.compareAndSet(null, cause)) {
      return;
    }
    try {
      closeLink(cause);
      // In this order: a caller whose call fails sees a group without the lost worker.
      listener.ended(this, peerLeaves, cause);
    } finally {
      ended(); // whatever fails before
      readers.end();
    }
  }

  private void closeLink(Throwable cause) {
    queue.close();
    streams.close();
    Link open = link;
    if (open instanceof SessionLink session) {
      session.close(cause instanceof ClosedChannelException ? "" : FailureText.of(cause));
    } else if (open != null) {
      open.close();
    }
    ConnectionReader reading = reader;
    if (reading != null) {
      runtime.watchdog().remove(reading);
      reading.role().summon(); // so that it sees the end
    }
    stopBeating();
  }

  /** Why this connection has ended, if it has. */
  public final @Nullable Throwable end() {
    return end.get();
  }

  /** Fails all calls that wait for the other side. */
  public abstract void ended();

  /** Handles a frame about credit. */
  public void credit(byte kind, Input payload) {
    throw unexpected(kind);
  }

  /** Handles a frame other than the common ones; returns false if the lease was revoked. */
  public abstract boolean handle(byte kind, FrameReader in, ReadLease lease) throws IOException;

  /** Whether callers can read without the own reader for a while; called by the own reader. */
  public boolean mayRest() {
    return false;
  }

  /** The own reader is back from a rest during which that many callers read. */
  public void hasRested(int callersMeanwhile) {}

  /** Whether a frame will arrive that no thread but the own reader is going to read. */
  public boolean isOwnReaderNeeded() {
    return !isOpen();
  }

  /** The threads that read this connection. */
  public final ReaderPool readers() {
    return readers;
  }

  public final @Nullable ConnectionReader reader() {
    return reader;
  }

  public final CallRuntime runtime() {
    return runtime;
  }

  public final FrameQueue queue() {
    return queue;
  }

  /** The process at the other end, as far as it is known. */
  public final ProcessIdentity process() {
    return theirs.process();
  }

  /** The receive limits of the other side, as far as they are known. */
  final ReceiveLimits receiveLimits() {
    return theirs.receiveLimits();
  }

  /** Writes the frames of the queue to the link. */
  public final WriteCoalescer writer() {
    return writer;
  }

  /** Decides when the frames of the queue are written. */
  public final FlushScheduler flushes() {
    return flushes;
  }

  final OutboundStreams streams() {
    return streams;
  }

  final OutboundSymbols symbolsOut() {
    return symbolsOut;
  }

  final InboundSymbols symbolsIn() {
    return symbolsIn;
  }

  /** Opens for writing and reads, on the current thread, until the end. */
  public final void run(EstablishedLink opened) {
    Link current = opened.link();
    theirs = opened.theirs(); // before the window, for which all large messages wait
    link = current;
    if (!isOpen()) {
      current.close();
      return;
    }
    FrameReader frames = new FrameReader(current, runtime.limits(), runtime.meters());
    ConnectionReader reading =
        new ConnectionReader(this, frames, runtime.threads(), runtime.watchdog());
    reader = reading;
    runtime.watchdog().add(reading);
    if (opened.silenceNanos() > 0) {
      Heartbeat beating = new Heartbeat(this, opened, frames.arrivals());
      heartbeat = beating;
      runtime.deadlines().add(beating);
      runtime.deadlines().schedule(beating.next());
    }
    if (!isOpen()) {
      runtime.watchdog().remove(reading);
      stopBeating();
    }
    if (current instanceof SessionLink session) {
      session.listen(new SessionLinkListener(this, session));
    } else {
      writer.open(current);
    }
    reading.run();
  }

  private void stopBeating() {
    Heartbeat beating = heartbeat;
    if (beating != null) {
      runtime.deadlines().remove(beating);
    }
  }

  /** Sends a ping, if it can leave at once. */
  final void ping() {
    if (writer.isOpen() && !queue.isPending()) {
      try {
        queue.append(FrameWriter.empty(Frame.PING));
      } catch (ClosedChannelException e) {
        // It is ending.
      }
      flushes.withinATick();
    }
  }

  /** Handles the present frame; returns false if the lease was revoked. */
  final boolean handle(FrameReader in, ReadLease lease) throws IOException {
    if (in.kind() >= Frame.CALL && in.kind() <= Frame.CANCEL) {
      return handle(in.kind(), in, lease);
    }
    handleControl(in);
    return true;
  }

  /** Handles the present frame, which is neither call nor reply; runs no user code. */
  public final void handleControl(FrameReader in) {
    Input payload = in.payload();
    switch (in.kind()) {
      case Frame.DEFINE -> {
        int id = payload.readVarInt();
        symbolsIn.define(id, payload.readBytes(payload.remaining()));
      }
      case Frame.REFS -> runtime.references().control(peer, payload);
      case Frame.OPEN -> in.streams().open(payload);
      case Frame.RESET -> in.streams().drop(payload);
      case Frame.GOODBYE -> peerLeaves = true;
      case Frame.PING -> {}
      case Frame.DECLARED_DEAD -> listener.declaredDead(this);
      case Frame.WINDOW, Frame.CREDIT -> credit(in.kind(), payload);
      default -> throw unexpected(in.kind());
    }
  }

  public final MalformedException unexpected(byte kind) {
    return new MalformedException("unexpected " + Frame.name(kind) + " from worker " + peerName());
  }

  /**
   * Appends a message, after the messages about references that wait.
   *
   * @param along see {@link FrameQueue#tryAppend}
   * @return where in the stream it begins, or {@link FrameQueue#FULL}
   */
  public final long tryAppend(Output frame, OutgoingMessage message, @Nullable Runnable along)
      throws ClosedChannelException {
    if (queue.isFull()) {
      return FrameQueue.FULL;
    }
    control.appendTo(queue);
    long at = queue.tryAppend(frame, message.following(), along);
    if (at != FrameQueue.FULL) {
      message.sent();
    }
    return at;
  }

  private void define(int symbol, byte[] definition) {
    try {
      queue.append(FrameWriter.define(symbol, definition));
    } catch (ClosedChannelException e) {
      // The message that needed it cannot be appended either, and says so.
    }
  }
}
