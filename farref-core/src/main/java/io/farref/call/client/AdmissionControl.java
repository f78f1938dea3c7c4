package io.farref.call.client;

import io.farref.Overload;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.CallRuntime;
import io.farref.exec.CallContext;
import io.farref.mux.BoundedWait;
import io.farref.mux.CreditWindow;
import io.farref.mux.FrameQueue;
import io.farref.wire.Window;
import java.nio.channels.ClosedChannelException;

/**
 * Admits the calls of a connection while the other side has granted credit and the frame queue has
 * capacity. The user decides whether other calls wait or are refused, see {@link Overload}.
 */
final class AdmissionControl {
  private final ClientConnection connection;
  private final CallRuntime runtime;
  private final FrameQueue queue;
  private final CreditWindow credit;

  AdmissionControl(ClientConnection connection, CreditWindow credit) {
    this.connection = connection;
    this.runtime = connection.runtime();
    this.queue = connection.queue();
    this.credit = credit;
  }

  /**
   * Takes credit for a call of that weight, after a first attempt found too little; returns the
   * bytes to give back.
   */
  long take(long weight, OutgoingCall call) throws ClosedChannelException {
    connection
        .writer()
        .flushSoon(); // what would bring credit may have been left to this thread to write
    if (runtime.onOverload() == Overload.REFUSE) {
      return takeOrRefuse(weight, call);
    }
    runtime.meters().callsDelayed.increment();
    try (BoundedWait waiting = boundedWait(call, noCredit())) {
      long taken = credit.take(weight, CallContext.current() != null, waiting);
      boolean kept = false;
      try {
        waiting.check(); // credit that came too late is not used
        call.restamp();
        kept = true;
        return taken;
      } finally {
        if (!kept) {
          credit.giveBack(1, taken);
        }
      }
    }
  }

  private long takeOrRefuse(long weight, OutgoingCall call) throws ClosedChannelException {
    try (BoundedWait waiting = boundedWait(call, "it is being opened")) {
      credit.awaitWindow(waiting);
    }
    call.restamp();
    long taken = credit.tryTake(weight);
    if (taken == CreditWindow.NONE) {
      throw refused(noCredit() + "; this call counts " + weight + " bytes");
    }
    return taken;
  }

  /** Appends a call, after a first attempt found the queue full. */
  void append(OutgoingCall call) throws ClosedChannelException {
    connection.writer().flushSoon();
    if (runtime.onOverload() == Overload.REFUSE && !call.isSystem()) {
      throw refused(noCapacity() + "; this call has " + call.out().size() + " bytes");
    }
    runtime.meters().callsDelayed.increment();
    try (BoundedWait waiting = boundedWait(call, noCapacity())) {
      do {
        queue.awaitCapacity(waiting);
        call.restamp();
      } while (!connection.tryAppend(call));
    }
  }

  private BoundedWait boundedWait(OutgoingCall call, String obstacle) {
    return BoundedWait.of(connection.peerName(), call.pending(), call.deadline(), true, obstacle);
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

  private String noCapacity() {
    return "limit maxQueuedBytes is "
        + queue.capacity()
        + " on worker "
        + runtime.name()
        + ", where "
        + queue.pendingBytes()
        + " bytes wait to be written to worker "
        + connection.peerName();
  }
}
