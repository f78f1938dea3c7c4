package io.farref.call.client;

import io.farref.bytes.Output;
import io.farref.call.OutgoingMessage;
import io.farref.call.Request;
import io.farref.time.Deadlines;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A call that is being sent: its message, its request, its deadline and its {@link PendingCall}.
 */
final class OutgoingCall extends OutgoingMessage {
  private final Request request;
  private final @Nullable PendingCall<?> pending;
  private final long deadline;

  /**
   * Begins the message.
   *
   * @param pending the call that waits for the reply; null for a creation, which has no reply
   */
  OutgoingCall(
      ClientConnection connection,
      Output out,
      Request request,
      @Nullable PendingCall<?> pending,
      long deadline) {
    super(connection, out, Frame.CALL);
    this.request = request;
    this.pending = pending;
    this.deadline = deadline;
  }

  @Nullable PendingCall<?> pending() {
    return pending;
  }

  long deadline() {
    return deadline;
  }

  /** Whether the library itself makes it; such a call needs no credit. */
  boolean isSystem() {
    return request.has(CallHead.SYSTEM);
  }

  /** Whether the caller waits for the outcome. */
  boolean isAwaited() {
    return request.has(Request.AWAITED);
  }

  /** Writes head and body. */
  void encode(long timeoutNanos) {
    head(timeoutNanos).write(out());
    beginBody();
    if (request.function() != null) {
      connection().runtime().codec().write(request.function(), out(), this);
    }
  }

  /**
   * Writes the time that is left now into the head. The callee counts from the arrival of the call,
   * so the time that the call spent waiting here must be subtracted.
   */
  void restamp() {
    if (deadline != Deadlines.NONE) {
      replaceHead(head(Math.max(1, deadline - System.nanoTime())));
    }
  }

  private CallHead head(long remainingNanos) {
    return request.head(pending == null ? 0 : pending.number(), remainingNanos);
  }
}
