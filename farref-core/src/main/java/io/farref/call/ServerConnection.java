package io.farref.call;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.ReplyHead;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The acceptor's end: reads calls, sends replies. */
public final class ServerConnection extends Connection implements Deadlines.Source {
  /** All but the one that the reading thread is at. */
  private final CallTable<ServerCall> running = new CallTable<>();

  private final StartOrder order = new StartOrder();

  /** Makes one for a link whose handshake is done. */
  public ServerConnection(CallRuntime runtime, int peer, Listener listener) {
    super(runtime, peer, listener);
    runtime.deadlines().add(this);
  }

  /** Reads, on a thread of its own. */
  public void start(Opened opened) {
    runtime().threads().read(() -> run(opened));
  }

  /** Calls that run and for which somebody waits, the library's own not counted. */
  public int runningCalls() {
    Pump reading = pump();
    Work present = reading == null ? Work.ANY : reading.work();
    // Asked before the table: a call that leaves its reader's turn meanwhile is there already.
    boolean isUnregistered = present instanceof ServerCall call && call.isUnregistered();
    List<ServerCall> all = running.list();
    long count = all.stream().filter(ServerCall::isAwaited).count();
    if (isUnregistered
        && present instanceof ServerCall call
        && call.isAwaited()
        && !all.contains(call)) {
      count++;
    }
    return Math.toIntExact(count);
  }

  @Override
  boolean handle(byte kind, Inbox in, Turn turn) throws IOException {
    return switch (kind) {
      case Frame.CALL -> call(in, turn);
      case Frame.CANCEL -> {
        ServerCall call = running.get(in.payload().readVarLong());
        if (call != null) {
          call.abandon();
        }
        yield true;
      }
      default -> throw unexpected(kind);
    };
  }

  /** All that must happen in the order of arrival happens before {@link ServerCall#start}. */
  private boolean call(Inbox in, Turn turn) throws IOException {
    Input payload = in.payload();
    CallHead head = CallHead.read(payload);
    IncomingMessage message = new IncomingMessage(this, in, payload, head.has(CallHead.TABLES));
    ServerCall call = new ServerCall(this, head, message, in, turn.clock());
    if (!head.has(CallHead.SYSTEM)) {
      runtime().meters().callsServed.increment();
    }
    return call.start(turn);
  }

  /** Why no more calls are taken now, if so. */
  @Nullable RefusedException overload() {
    int limit = runtime().limits().maxPendingCalls();
    return running.size() < limit
        ? null
        : new RefusedException(
            "limit maxPendingCalls is "
                + limit
                + ", and so many calls from worker "
                + peerName()
                + " are unanswered on worker "
                + runtime().name(),
            Execution.NOT_EXECUTED);
  }

  StartOrder order() {
    return order;
  }

  /** A call is going to last longer than the turn of the thread that read it. */
  void register(ServerCall call) {
    running.add(call);
    if (!isOpen()) {
      runtime().deadlines().add(this);
    }
    runtime().deadlines().schedule(call.deadline());
  }

  /** It has ended. */
  void forget(ServerCall call) {
    running.remove(call);
    if (!isOpen() && running.size() == 0) {
      runtime().deadlines().remove(this);
    }
  }

  /** Sends a reply; a value that cannot travel becomes a reply that says so. */
  void reply(long callId, int flags, @Nullable Object outcome) {
    Output out = Buffers.take();
    OutgoingMessage message = new OutgoingMessage(this, out, Frame.REPLY);
    boolean sent = false;
    try {
      try {
        write(out, message, new ReplyHead(flags, callId), outcome);
      } catch (RuntimeException | Error e) {
        message.abort();
        message.restart(Frame.REPLY);
        write(out, message, new ReplyHead(ReplyHead.REFUSED, callId), cannotTravel(e));
      }
      append(out, message);
      sent = true;
    } catch (ClosedChannelException e) {
      // The caller learns of the end of the connection from the connection.
      assert !isOpen();
    } finally {
      if (!sent) {
        message.abort();
      }
      Buffers.give(out);
    }
  }

  private void write(Output out, OutgoingMessage message, ReplyHead head, @Nullable Object outcome)
      throws ClosedChannelException {
    head.write(out);
    if (head.has(ReplyHead.THROWN | ReplyHead.REFUSED) && outcome instanceof Throwable thrown) {
      runtime().codec().writeThrowable(thrown, out, message);
    } else {
      runtime().codec().write(outcome, out, message);
    }
    if (message.isLarge()) {
      try (Patience endless = Patience.endless()) {
        message.sendAhead(endless, true);
      }
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
    for (ServerCall call : running.list()) {
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
  void ended() {
    if (running.size() == 0) { // else creations keep to their limits of time
      runtime().deadlines().remove(this);
    }
    running.list().forEach(ServerCall::abandon);
    Pump reading = pump();
    if (reading != null && reading.work() instanceof ServerCall call) {
      call.abandon(); // in no table, and maybe not begun
    }
  }
}
