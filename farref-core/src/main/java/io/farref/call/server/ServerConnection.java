package io.farref.call.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.MemoryShortage;
import io.farref.bytes.Output;
import io.farref.call.CallPolicy;
import io.farref.call.CallRuntime;
import io.farref.call.CallTable;
import io.farref.call.Connection;
import io.farref.call.ConnectionReader;
import io.farref.call.EstablishedLink;
import io.farref.call.Failures;
import io.farref.call.IncomingMessage;
import io.farref.call.OutgoingMessage;
import io.farref.call.ReferenceLayer.Result;
import io.farref.call.ReferenceLayer.Target;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.ReadLease;
import io.farref.exec.ReaderTask;
import io.farref.exec.StartSequencer;
import io.farref.mux.BoundedWait;
import io.farref.mux.FrameQueue;
import io.farref.mux.FrameReader;
import io.farref.mux.ThreadBuffers;
import io.farref.mux.WindowUsage;
import io.farref.time.Deadlines;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.ReplyHead;
import io.farref.wire.Window;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The acceptor's end of a connection: reads calls, sends replies. */
public final class ServerConnection extends Connection implements DeadlineSweeper.Source {
  /** For the library's own calls, which need no credit. */
  private static final Window SYSTEM = new Window(1 << 10, 1 << 20);

  /** Credit of 1/MUCH of the window or more is returned at once, less with the next tick. */
  private static final int MUCH = 4;

  /** All calls except the one that the reading thread runs inline. */
  private final CallTable<IncomingCall> running = new CallTable<>();

  private final StartSequencer order = new StartSequencer();

  private final Window window;

  /** How much of the window is used by registered calls. */
  private final WindowUsage load = new WindowUsage();

  private final WindowUsage systemLoad = new WindowUsage();

  /** Finished creations whose credit has not been returned to the caller yet. */
  private final WindowUsage done = new WindowUsage();

  /** Made for the first call that needs it. */
  @GuardedBy("this")
  private @Nullable DuplicateCallCache recent;

  /** Makes a connection for a link whose handshake is done. */
  public ServerConnection(CallRuntime runtime, int peer, Listener listener) {
    super(runtime, peer, listener);
    window = Window.of(runtime.limits());
    announce();
    runtime.deadlines().add(this);
  }

  private void announce() {
    try {
      queue().append(FrameWriter.window(window));
    } catch (ClosedChannelException e) {
      throw new IllegalStateException("closed before it was open", e);
    }
  }

  /** Reads, on a new thread. */
  public void start(EstablishedLink opened) {
    readers().read(() -> run(opened));
  }

  /** How many calls run whose callers wait; the library's own calls are not counted. */
  public int runningCalls() {
    ConnectionReader reading = reader();
    ReaderTask present = reading == null ? ReaderTask.ANY : reading.work();
    // Asked before the table: a call that is detached meanwhile is in the table already.
    boolean isUnregistered = present instanceof IncomingCall call && call.isUnregistered();
    List<IncomingCall> all = running.list();
    long count = all.stream().filter(IncomingCall::isAwaited).count();
    if (isUnregistered
        && present instanceof IncomingCall call
        && call.isAwaited()
        && !all.contains(call)) {
      count++;
    }
    return Math.toIntExact(count);
  }

  @Override
  public boolean handle(byte kind, FrameReader in, ReadLease lease) throws IOException {
    return switch (kind) {
      case Frame.CALL -> call(in, lease);
      case Frame.CANCEL -> {
        IncomingCall call = running.get(in.payload().readVarLong());
        if (call != null) {
          call.abandon();
        }
        yield true;
      }
      default -> throw unexpected(kind);
    };
  }

  /** Does everything that must happen in the order of arrival before {@link IncomingCall#start}. */
  private boolean call(FrameReader in, ReadLease lease) throws IOException {
    Input payload = in.payload();
    CallHead head = CallHead.read(payload);
    IncomingMessage message = new IncomingMessage(this, in, payload, head.has(CallHead.TABLES));
    IncomingCall call = new IncomingCall(this, head, message, in, lease.clock());
    if (!head.has(CallHead.SYSTEM)) {
      runtime().meters().callsServed.increment();
    }
    return call.start(lease);
  }

  /** Why a call is refused before it starts; null if it is not. */
  @Nullable Throwable refusal(
      CallHead head, @Nullable Target target, @Nullable Result result, long weight) {
    if (head.has(CallHead.TARGET) && target == null) {
      return runtime().references().unusable(peer(), head.targetCreator(), head.targetNumber());
    }
    return head.has(CallHead.CREATE) && result == null
        ? ServerFailures.creatorLost()
        : overload(head.has(CallHead.SYSTEM), weight);
  }

  /** What asks whether a call may go on; null if nothing does, as for this worker's own calls. */
  @Nullable CallAdmission admission(CallHead head, @Nullable Target target, long deadline) {
    CallPolicy policy = runtime().policy();
    return policy == null || peer() == runtime().self()
        ? null
        : new CallAdmission(this, policy, head, target, deadline);
  }

  /** Why a call of that weight is refused now; null if it is not. */
  private @Nullable RefusedException overload(boolean system, long weight)
      throws MalformedException {
    Window limit = system ? SYSTEM : window;
    WindowUsage used = system ? systemLoad : load;
    if (used.fits(limit.charge(weight), limit)) {
      return null;
    }
    if (queue().isFull()) {
      throw new MalformedException(
          "worker " + peerName() + " sends more calls than it may and reads no replies");
    }
    runtime().meters().callsRefused.increment();
    boolean byCalls = used.calls() >= limit.calls();
    return new RefusedException(
        "limit "
            + (byCalls
                ? "maxPendingCalls is " + limit.calls()
                : "maxPendingBytes is " + limit.bytes())
            + ", and "
            + used.calls()
            + " calls of "
            + used.bytes()
            + " bytes from worker "
            + peerName()
            + " are unanswered on worker "
            + runtime().name(),
        null,
        Execution.NOT_EXECUTED,
        true);
  }

  /** Adds an unanswered call of that weight. */
  void load(boolean system, long weight) {
    (system ? systemLoad : load).add((system ? SYSTEM : window).charge(weight));
  }

  /** Removes an unanswered call of that weight. */
  void unload(boolean system, long weight) {
    (system ? systemLoad : load).remove(1, (system ? SYSTEM : window).charge(weight));
  }

  /** Returns the credit of a finished creation, which has no reply that would return it. */
  void giveBack(long weight) {
    done.add(window.charge(weight));
    if (done.isPartOf(window, MUCH)) {
      controlWaits(); // the caller may wait for this credit
    } else {
      flushes().withinATick();
    }
  }

  @Override
  public boolean hasMoreControl() {
    return done.calls() > 0;
  }

  @Override
  public void writeControl(Output out) {
    WindowUsage.Amount returned = done.removeAll();
    if (returned.calls() > 0) {
      FrameWriter.credit(out, returned.calls(), returned.bytes());
    }
  }

  /** The recent calls with at-most-once semantics. */
  synchronized DuplicateCallCache recent() {
    if (recent == null) {
      recent = new DuplicateCallCache(runtime().limits().maxRecentCalls(), runtime().name());
    }
    return recent;
  }

  public StartSequencer order() {
    return order;
  }

  /** Adds a call that does not end inline on the thread that read it. */
  void register(IncomingCall call) {
    running.add(call);
    if (!isOpen()) {
      runtime().deadlines().add(this);
    }
    runtime().deadlines().schedule(call.deadline());
  }

  /** Removes a call that has ended. */
  void forget(IncomingCall call) {
    running.remove(call);
    if (!isOpen() && running.size() == 0) {
      runtime().deadlines().remove(this);
    }
  }

  /**
   * Sends a reply; if the value cannot be encoded, a reply that says so. Waits while the frame
   * queue is full because the caller does not read.
   *
   * @param along runs when the reply is certain to leave and the caller cannot have it yet
   */
  void reply(long callId, int flags, @Nullable Object outcome, @Nullable Runnable along) {
    Output out = ThreadBuffers.take();
    OutgoingMessage message = new OutgoingMessage(this, out, Frame.REPLY);
    boolean sent = false;
    try {
      try {
        write(out, message, new ReplyHead(flags, callId), outcome);
      } catch (RuntimeException | Error e) {
        refuse(out, message, callId, cannotTravel(e));
      }
      while (tryAppend(out, message, along) == FrameQueue.FULL) {
        awaitCapacity();
      }
      sent = true;
    } catch (ClosedChannelException e) {
      // The end of the connection tells the caller as well.
      assert !isOpen();
    } finally {
      if (!sent) {
        message.abort();
      }
      ThreadBuffers.give(out);
    }
  }

  /** Replaces a reply that cannot be encoded, even if there is hardly any memory. */
  private void refuse(Output out, OutgoingMessage message, long callId, Throwable why)
      throws ClosedChannelException {
    for (int attempt = 0; ; attempt++) {
      try {
        message.abort();
        message.restart(Frame.REPLY);
        write(out, message, new ReplyHead(ReplyHead.REFUSED, callId), why);
        return;
      } catch (OutOfMemoryError e) {
        MemoryShortage.await(e, attempt);
      }
    }
  }

  private void awaitCapacity() throws ClosedChannelException {
    writer().flushSoon();
    try (BoundedWait endless = BoundedWait.endless()) {
      queue().awaitCapacity(endless);
    }
  }

  private void write(Output out, OutgoingMessage message, ReplyHead head, @Nullable Object outcome)
      throws ClosedChannelException {
    head.write(out);
    message.beginBody();
    if (head.has(ReplyHead.THROWN | ReplyHead.REFUSED) && outcome instanceof Throwable thrown) {
      runtime().codec().writeThrowable(thrown, out, message);
    } else {
      runtime().codec().write(outcome, out, message);
    }
    if (message.isLarge()) {
      try (BoundedWait endless = BoundedWait.endless()) {
        message.sendAhead(endless, true);
      }
    }
    if (message.hasFunctions()) {
      message.setFlags(ReplyHead.FUNCTIONS);
    }
    message.end(ReplyHead.TABLES);
  }

  private Throwable cannotTravel(Throwable e) {
    return e instanceof EncodingException || e instanceof RefusedException
        ? Failures.asExecuted(e)
        : new EncodingException(
            "the result of a call on worker " + runtime().name() + " cannot be encoded: " + e,
            e,
            Execution.EXECUTED);
  }

  @Override
  public long expire(long now) {
    long next = Deadlines.NONE;
    for (IncomingCall call : running.list()) {
      long deadline = call.deadline();
      if (deadline == Deadlines.NONE || call.hasExpired()) {
        continue;
      }
      if (deadline - now <= 0) {
        call.expire();
      } else {
        next = Deadlines.earlier(next, deadline);
      }
    }
    return next;
  }

  @Override
  public void ended() {
    if (running.size() == 0) { // otherwise creations still obey their deadlines
      runtime().deadlines().remove(this);
    }
    running.list().forEach(IncomingCall::abandon);
    ConnectionReader reading = reader();
    if (reading != null && reading.work() instanceof IncomingCall call) {
      call.abandon(); // it is in no table, and has perhaps not begun
    }
  }
}
