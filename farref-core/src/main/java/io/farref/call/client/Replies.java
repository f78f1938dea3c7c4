package io.farref.call.client;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.MemoryShortage;
import io.farref.call.CallPolicy;
import io.farref.call.Failures;
import io.farref.call.IncomingMessage;
import io.farref.wire.ReplyHead;
import org.jspecify.annotations.Nullable;

/** Decodes replies and completes the calls that they answer. */
final class Replies {
  private Replies() {}

  /** Completes a call with its reply; runs user code. */
  static void deliver(
      ClientConnection connection,
      PendingCall<?> call,
      ReplyHead head,
      IncomingMessage message,
      Input body) {
    Object value = null;
    Throwable failure = null;
    boolean decoded = false;
    try {
      message.checkFits();
      if (head.has(ReplyHead.FUNCTIONS)) {
        admitFunctions(connection, message);
      }
      if (head.has(ReplyHead.THROWN | ReplyHead.REFUSED)) {
        failure = failure(connection, head, message, body);
      } else {
        value = connection.runtime().codec().read(body, message);
      }
      decoded = true;
    } catch (RuntimeException | Error e) {
      failure = unreadable(connection, message, e);
    }
    message.end(decoded);
    if (failure != null) {
      call.endExceptionally(failure);
    } else {
      complete(call, value);
    }
  }

  private static void admitFunctions(ClientConnection connection, IncomingMessage message) {
    CallPolicy policy = connection.runtime().policy();
    RefusedException objection =
        policy == null || connection.peer() == connection.runtime().self()
            ? null
            : policy.objectionToFunctionsOf(connection.peer());
    if (objection != null) {
      throw objection;
    }
    message.mayHaveFunctions();
  }

  private static Throwable failure(
      ClientConnection connection, ReplyHead head, IncomingMessage message, Input body) {
    String callee = connection.peerName();
    Throwable thrown = connection.runtime().codec().readThrowable(body, message, callee);
    Throwable failure =
        head.has(ReplyHead.THROWN) ? Failures.asExecuted(thrown) : Failures.refused(thrown);
    Failures.mark(failure, callee, connection.runtime().name());
    return failure;
  }

  private static Throwable unreadable(
      ClientConnection connection, IncomingMessage message, Throwable why) {
    OutOfMemoryError shortage = MemoryShortage.in(why);
    if (shortage == null && (why instanceof RefusedException || why instanceof EncodingException)) {
      return Failures.asExecuted(why);
    }
    return new EncodingException(
        "the reply of worker "
            + connection.peerName()
            + " cannot be read: "
            + (shortage == null
                ? why.toString()
                : MemoryShortage.describe(connection.runtime().name(), message.weight(), shortage)),
        why,
        Execution.EXECUTED);
  }

  @SuppressWarnings("unchecked") // of the type that the function's signature promised
  private static void complete(PendingCall<?> call, @Nullable Object value) {
    ((PendingCall<@Nullable Object>) call).end(value);
  }
}
