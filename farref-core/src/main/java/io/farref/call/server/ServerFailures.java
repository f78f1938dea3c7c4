package io.farref.call.server;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.WorkerLostException;
import io.farref.bytes.MemoryShortage;
import io.farref.call.Connection;
import io.farref.call.IncomingMessage;
import io.farref.call.NamedMethodCall;
import io.farref.codec.NotAdmittedException;
import io.farref.observe.FailureText;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/** The failures of calls that have arrived, as their callers see them. */
final class ServerFailures {
  private ServerFailures() {}

  static RpcException creatorLost() {
    return new WorkerLostException("the creator is lost, or was refused", Execution.NOT_EXECUTED);
  }

  static RpcException abandoned() {
    return new RpcTimeoutException(
        "the caller gave up before the call began", Execution.NOT_EXECUTED);
  }

  static RpcException superseded() {
    return new RpcTimeoutException(
        "a later attempt of the same call waits in place of this one", Execution.MAYBE_EXECUTED);
  }

  static Throwable noStage() {
    return new NullPointerException("a function given to rpcCompose returned null, not a stage");
  }

  static RuntimeException creationOutOfTime(Connection connection, CallHead head) {
    return new RpcTimeoutException(
        "creation on worker "
            + connection.runtime().name()
            + " not done within "
            + Durations.format(head.deadlineNanos()),
        Execution.MAYBE_EXECUTED);
  }

  /**
   * The caller may look at its clock later than this side did. Then it must see the timeout, not
   * the failure that the interrupt caused.
   */
  static RpcException outOfTime(Connection connection, CallHead head, Throwable failureOfTheCode) {
    return new RpcTimeoutException(
        "call to worker "
            + connection.runtime().name()
            + " from worker "
            + connection.peerName()
            + " not answered within "
            + Durations.format(head.deadlineNanos())
            + ", and stopped there",
        failureOfTheCode,
        Execution.MAYBE_EXECUTED);
  }

  static Throwable unreadable(Connection connection, IncomingMessage message, Throwable why) {
    if (why instanceof NotAdmittedException refusal) {
      return refusal.why();
    }
    OutOfMemoryError shortage = MemoryShortage.in(why);
    String worker = connection.runtime().name();
    if (shortage != null) {
      return new EncodingException(
          "worker "
              + worker
              + " cannot read the call: "
              + MemoryShortage.describe(worker, message.weight(), shortage),
          shortage,
          Execution.NOT_EXECUTED);
    }
    return why instanceof RefusedException || why instanceof EncodingException
        ? why
        : new EncodingException(
            "worker " + worker + " cannot read the call: " + why + FailureText.advice(why),
            why,
            Execution.NOT_EXECUTED);
  }

  /** Whether a method was not found, so that nothing ran. */
  static boolean isLookUp(@Nullable Object function, Throwable failure) {
    return function instanceof NamedMethodCall
        && failure instanceof UnknownMethodException unknown
        && unknown.execution() == Execution.NOT_EXECUTED;
  }
}
