package io.farref.call.client;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.call.CallRuntime;
import io.farref.call.CallTable;
import io.farref.call.Connection;
import io.farref.call.ConnectionReader;
import io.farref.call.EstablishedLink;
import io.farref.call.IncomingMessage;
import io.farref.call.Request;
import io.farref.call.UnreachableException;
import io.farref.exec.CallContext;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.InlineHint;
import io.farref.exec.ReadLease;
import io.farref.exec.ReaderTask;
import io.farref.mux.BoundedWait;
import io.farref.mux.CreditWindow;
import io.farref.mux.FrameQueue;
import io.farref.mux.FrameReader;
import io.farref.mux.ThreadBuffers;
import io.farref.observe.FailureText;
import io.farref.time.Deadlines;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.ReplyHead;
import io.farref.wire.Window;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The dialer's end of a connection: sends calls, reads replies. It accepts calls as soon as it is
 * constructed, also while it still dials.
 */
public final class ClientConnection extends Connection implements DeadlineSweeper.Source {
  private final CallTable<PendingCall<?>> pending = new CallTable<>();

  /** Calls that their callers have cancelled or that timed out, until their replies arrive. */
  private final Map<Long, PendingCall<?>> abandoned = new ConcurrentHashMap<>();

  private final CreditWindow credit = new CreditWindow(this::summonOwnReader);
  private final AdmissionControl admission;
  private final AtomicLong lastCall = new AtomicLong();
  private final DedupIds onceNumbers = new DedupIds();
  private final InlineHint callbacks = new InlineHint();
  private final CreationCoalescer creations = new CreationCoalescer(flushes()::withinATick);
  private final ReaderTask delivery = () -> callbacks;

  /** Used by the connection's own reader only. */
  private final ReaderRest rest = new ReaderRest();

  /** Opens the link to the other worker, handshake included. */
  public interface Dialer {
    /** Dials; called once. */
    EstablishedLink dial() throws IOException;
  }

  /** Makes a connection that {@link #start} opens. */
  public ClientConnection(CallRuntime runtime, int peer, Listener listener) {
    super(runtime, peer, listener);
    admission = new AdmissionControl(this, credit);
    runtime.deadlines().add(this);
  }

  /** Dials and reads, on a new thread. */
  public void start(Dialer dialer) {
    readers()
        .read(
            () -> {
              EstablishedLink opened;
              try {
                opened = dialer.dial();
              } catch (IOException | RuntimeException | Error e) {
                fail(e); // else its calls would wait for a connection that never opens
                return;
              }
              run(opened);
            });
  }

  DedupIds onceNumbers() {
    return onceNumbers;
  }

  /** How many calls await their replies; the library's own calls are not counted. */
  public int pendingCalls() {
    return Math.toIntExact(pending.list().stream().filter(call -> !call.isSystem()).count());
  }

  /** How many calls still count against the other side's window. */
  public int unansweredCalls() {
    return credit.calls();
  }

  /** The bytes of those calls. */
  public long unansweredBytes() {
    return credit.bytes();
  }

  /**
   * Sends a call; waits for capacity if {@link io.farref.Overload} says so. Never throws: every
   * failure is in the returned future.
   */
  public <R extends @Nullable Object> PendingCall<R> call(Request request) {
    CallContext context = request.has(CallHead.SYSTEM) ? null : CallContext.current();
    long own = Deadlines.after(request.timeoutNanos());
    long deadline = CallDeadline.of(request, own, context);
    long timeout = CallDeadline.timeout(request, own, deadline);
    PendingCall<R> call =
        new PendingCall<>(this, lastCall.incrementAndGet(), deadline, timeout, request);
    if (CallDeadline.isPast(deadline, timeout)) {
      call.endExceptionally(late());
      return call;
    }
    if (context != null && !request.has(Request.AWAITED)) {
      call.openIn(context);
    }
    pending.add(call);
    try {
      send(request, call, deadline, timeout);
    } catch (RuntimeException | Error e) {
      pending.remove(call.number());
      abandoned.remove(call.number());
      call.endExceptionally(e);
      return call;
    }
    runtime().deadlines().schedule(deadline);
    if (!isOpen()) {
      failPending();
    }
    return call;
  }

  /**
   * Sends a creation, which has no reply; returns its deadline.
   *
   * @throws RuntimeException if it cannot be encoded or sent; it was not executed
   */
  public long create(Request request) {
    long own = Deadlines.after(request.timeoutNanos());
    long deadline = CallDeadline.of(request, own, CallContext.current());
    long timeout = CallDeadline.timeout(request, own, deadline);
    if (CallDeadline.isPast(deadline, timeout)) {
      throw late();
    }
    send(request, null, deadline, timeout);
    return deadline;
  }

  private RpcTimeoutException late() {
    return new RpcTimeoutException(
        "call to worker "
            + peerName()
            + " not made: the deadline of the enclosing call or block has passed",
        Execution.NOT_EXECUTED);
  }

  private void send(
      Request request, @Nullable PendingCall<?> pending, long deadline, long timeoutNanos) {
    Output out = ThreadBuffers.take();
    OutgoingCall call = new OutgoingCall(this, out, request, pending, deadline);
    long charge = CreditWindow.NONE;
    boolean sent = false;
    try {
      call.encode(timeoutNanos);
      charge = admit(call);
      append(call, charge);
      sent = true;
    } catch (ClosedChannelException e) {
      throw lost();
    } finally {
      if (!sent) {
        call.abort();
        if (pending != null) {
          pending.notSent();
        }
        giveBack(charge);
      }
      ThreadBuffers.give(out);
    }
    flush(call);
  }

  /** Takes the credit that a call needs; returns the bytes to give back for it. */
  private long admit(OutgoingCall call) throws ClosedChannelException {
    if (call.isSystem()) {
      return CreditWindow.NONE;
    }
    call.check();
    long weight = call.weight();
    long charge = credit.tryTake(weight);
    return charge == CreditWindow.NONE ? admission.take(weight, call) : charge;
  }

  private void append(OutgoingCall call, long charge) throws ClosedChannelException {
    if (call.isLarge()) {
      sendAhead(call);
      call.restamp();
    }
    call.end(CallHead.TABLES);
    if (call.pending() != null) {
      call.pending().charge(charge);
    }
    creations.followed(queue());
    if (!tryAppend(call)) {
      admission.append(call);
    }
  }

  /** Appends a call to the queue; returns false if the queue is full. */
  boolean tryAppend(OutgoingCall call) throws ClosedChannelException {
    PendingCall<?> waiting = call.pending();
    if (waiting != null) {
      waiting.appending();
    }
    long at = tryAppend(call.out(), call, null);
    if (waiting != null) {
      waiting.appended(at);
    }
    return at != FrameQueue.FULL;
  }

  private void flush(OutgoingCall call) {
    if (!call.isSystem()) {
      runtime().meters().callsSent.increment();
    }
    if (call.pending() == null) {
      creations.sent(writer());
    } else if (call.isAwaited()) {
      writer().flushBriefly();
    } else {
      summonOwnReader();
      flushes().async(pending.size() <= 1);
    }
  }

  private void giveBack(long charge) {
    if (charge != CreditWindow.NONE) {
      credit.giveBack(1, charge);
    }
  }

  private void sendAhead(OutgoingCall call) throws ClosedChannelException {
    try (BoundedWait waiting =
        BoundedWait.of(
            peerName(),
            call.pending(),
            call.deadline(),
            call.isAwaited(),
            "its connection is busy")) {
      call.sendAhead(waiting, false);
      waiting.check();
    }
  }

  private void summonOwnReader() {
    ConnectionReader reading = reader();
    if (reading != null) {
      reading.role().summon();
    }
  }

  /** Writes the queued frames, because a caller is about to wait for its reply. */
  void flushBeforeWaiting() {
    if (queue().isPending()) {
      writer().flushBriefly();
    }
  }

  /** Tells the callee that the caller gave up. */
  void abandon(PendingCall<?> call) {
    if (moveToAbandoned(call) && isOpen()) {
      try {
        queue().append(FrameWriter.cancel(call.number()));
        writer().flushSoon();
      } catch (ClosedChannelException e) {
        // The end of the connection tells the other side as well.
        assert !isOpen();
      }
    }
  }

  /** Moves a call to the abandoned ones; false if it has its reply or was abandoned before. */
  private boolean moveToAbandoned(PendingCall<?> call) {
    synchronized (call) { // two threads that abandon it must not undo each other's work
      if (!awaitsReply(call)) {
        return false;
      }
      abandoned.put(call.number(), call); // first, or the reply could find it in neither table
      if (pending.remove(call.number()) == null) {
        abandoned.remove(call.number());
        return false;
      }
      return true;
    }
  }

  /** Whether the frame that begins at this position has reached the other side, or still may. */
  boolean mayArrive(long frameAt) {
    return isOpen() || frameAt < queue().handedOver();
  }

  @Override
  public long expire(long now) {
    long next = Deadlines.NONE;
    for (PendingCall<?> call : pending.list()) {
      long deadline = call.deadline();
      if (deadline == Deadlines.NONE || call.isBeingSent()) {
        continue;
      }
      if (deadline - now <= 0) {
        offLoad(call::expire); // because it runs the user's callbacks
      } else {
        next = Deadlines.earlier(next, deadline);
      }
    }
    return next;
  }

  @Override
  public boolean handle(byte kind, FrameReader in, ReadLease lease) throws IOException {
    if (kind != Frame.REPLY) {
      throw unexpected(kind);
    }
    ReplyHead head = ReplyHead.read(in.payload());
    IncomingMessage message = message(in, head);
    boolean apart =
        message.isLarge() || !callbacks.mayRunInline() || runtime().threads().areCrowded();
    // If there is no memory for this, the call is not taken out yet and fails with the connection.
    Input body = apart ? in.keep(message.body()) : message.body();
    PendingCall<?> call = answered(head.callId());
    if (call == null) {
      message.end(false); // the caller gave up
      return true;
    }
    rest.replied(call.isAwaited() && pending.size() == 0);
    if (apart && finishApart(call, head, message, body)) {
      return true;
    }
    lease.begin(delivery);
    Replies.deliver(this, call, head, message, body);
    callbacks.ran(lease.lap());
    return lease.end();
  }

  /** Finishes a call on a thread of its own; false if there is no memory for that thread. */
  private boolean finishApart(
      PendingCall<?> call, ReplyHead head, IncomingMessage message, Input body) {
    try {
      offLoad(() -> finishTimed(call, head, message, body));
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /** Removes the call with that number from the tables; null if its caller gave up. */
  private @Nullable PendingCall<?> answered(long number) {
    PendingCall<?> call = pending.remove(number);
    PendingCall<?> any = call == null ? abandoned.remove(number) : call;
    if (any != null) {
      giveBack(any.charge());
    }
    return call;
  }

  @Override
  public void credit(byte kind, Input payload) {
    if (kind == Frame.WINDOW) {
      credit.announce(Window.read(payload));
    } else {
      credit.returned(payload.readVarInt(), payload.readVarLong());
    }
  }

  private IncomingMessage message(FrameReader in, ReplyHead head) throws IOException {
    return new IncomingMessage(this, in, in.payload(), head.has(ReplyHead.TABLES));
  }

  /** Whether the reply to that call is still to be read, and its caller has not given up. */
  boolean awaitsReply(PendingCall<?> call) {
    return pending.get(call.number()) != null;
  }

  /** Accepts a reply that the caller itself has read; returns what the caller must run next. */
  @Nullable Runnable ownReply(PendingCall<?> call, ReplyHead head, FrameReader in)
      throws IOException {
    IncomingMessage message = message(in, head);
    Input body = in.keep(message.body());
    Runnable finish = () -> Replies.deliver(this, call, head, message, body);
    if (answered(call.number()) == null) {
      message.end(false);
      return null;
    }
    return finish;
  }

  @Override
  public boolean mayRest() {
    return isOpen() && rest.begin();
  }

  @Override
  public void hasRested(int callersMeanwhile) {
    rest.end(callersMeanwhile);
  }

  @Override
  public boolean isOwnReaderNeeded() {
    return pending.size() > 0 || credit.isAwaited() || super.isOwnReaderNeeded();
  }

  private void finishTimed(
      PendingCall<?> call, ReplyHead head, IncomingMessage message, Input body) {
    long start = System.nanoTime();
    Replies.deliver(this, call, head, message, body);
    callbacks.ran(System.nanoTime() - start);
  }

  @Override
  public void ended() {
    runtime().deadlines().remove(this);
    credit.close();
    abandoned.clear();
    failPending();
  }

  private void failPending() {
    for (PendingCall<?> call : pending.list()) {
      if (pending.remove(call.number()) != null) {
        RuntimeException lost = lost(call.execution());
        try {
          offLoad(() -> call.endExceptionally(lost));
        } catch (RuntimeException | Error e) { // no thread can be started
          call.endExceptionally(lost);
        }
      }
    }
  }

  private static boolean hasNoText(Throwable cause) {
    return cause.getMessage() == null
        && cause instanceof IOException; // such as the end of a stream
  }

  private RuntimeException lost() {
    return lost(Execution.NOT_EXECUTED);
  }

  private RuntimeException lost(Execution execution) {
    Throwable cause = end();
    if (cause instanceof WorkerClosedException) {
      return new WorkerClosedException(
          String.valueOf(cause.getMessage()), cause.getCause(), execution);
    }
    if (cause instanceof RefusedException
        || (cause instanceof UnreachableException unreachable && unreachable.isUnproven())) {
      return new RefusedException(String.valueOf(cause.getMessage()), cause, execution);
    }
    return new WorkerLostException(
        "worker "
            + peerName()
            + " is lost"
            + (cause == null || hasNoText(cause) ? "" : ": " + FailureText.of(cause)),
        cause,
        execution);
  }
}
