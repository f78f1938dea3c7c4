package io.farref.call;

import io.farref.Overload;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Output;
import io.farref.wire.CallHead;
import io.farref.wire.Window;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of a connection in: while there is credit from the other side, and room in the
 * outbox. What happens to others is the user's choice, see {@link Overload}.
 */
final class Admission {
  private final ClientConnection connection;
  private final CallRuntime runtime;
  private final Outbox outbox;
  private final Credit credit;

  Admission(ClientConnection connection, Credit credit) {
    this.connection = connection;
    this.runtime = connection.runtime();
    this.outbox = connection.outbox();
    this.credit = credit;
  }

  /**
   * Takes credit for a message of that weight, where there was none at first; returns what is to be
   * given back for it.
   */
  long take(long weight, @Nullable PendingCall<?> call, long deadline)
      throws ClosedChannelException {
    connection
        .writer()
        .flushSoon(); // what would bring credit may have been left to this thread to write
    if (runtime.onOverload() == Overload.REFUSE) {
      return takeOrRefuse(weight, call, deadline);
    }
    runtime.meters().callsDelayed.increment();
    try (Patience patience = Patience.of(connection.peerName(), call, deadline, true, noCredit())) {
      long taken = credit.take(weight, CallContext.current() != null, patience);
      boolean kept = false;
      try {
        patience.check(); // what came too late is not used
        kept = true;
        return taken;
      } finally {
        if (!kept) {
          credit.giveBack(1, taken);
        }
      }
    }
  }

  private long takeOrRefuse(long weight, @Nullable PendingCall<?> call, long deadline)
      throws ClosedChannelException {
    try (Patience patience =
        Patience.of(connection.peerName(), call, deadline, true, "it is being opened")) {
      credit.awaitWindow(patience);
    }
    long taken = credit.tryTake(weight);
    if (taken == Credit.NONE) {
      throw refused(noCredit() + "; this call counts " + weight + " bytes");
    }
    return taken;
  }

  /** Appends a message, for which there was no room at first. */
  long append(
      Output frame,
      OutgoingMessage message,
      Request request,
      @Nullable PendingCall<?> call,
      long deadline)
      throws ClosedChannelException {
    connection.writer().flushSoon();
    if (runtime.onOverload() == Overload.REFUSE && !request.has(CallHead.SYSTEM)) {
      throw refused(noRoom() + "; this call has " + frame.size() + " bytes");
    }
    runtime.meters().callsDelayed.increment();
    try (Patience patience = Patience.of(connection.peerName(), call, deadline, true, noRoom())) {
      long at;
      do {
        outbox.awaitRoom(patience);
        ClientConnection.restamp(message, request, call, deadline);
        at = connection.tryAppend(frame, message, null);
      } while (at == Outbox.FULL);
      return at;
    }
  }

  private RefusedException refused(String why) {
    runtime.meters().callsRefused.increment();
    return new RefusedException(why, null, Execution.NOT_EXECUTED, true);
  }

  private String noCredit() {
    Window window = credit.window();
    int calls = credit.calls();
    boolean byCalls = calls >= window.calls();
    return "limit "
        + (byCalls
            ? "maxPendingCalls is " + window.calls()
            : "maxPendingBytes is " + window.bytes())
        + " on worker "
        + connection.peerName()
        + ", where "
        + calls
        + " calls of "
        + credit.bytes()
        + " bytes from worker "
        + runtime.name()
        + " are unanswered";
  }

  private String noRoom() {
    return "limit maxQueuedBytes is "
        + outbox.capacity()
        + " on worker "
        + runtime.name()
        + ", where "
        + outbox.pendingBytes()
        + " bytes wait to be written to worker "
        + connection.peerName();
  }
}
