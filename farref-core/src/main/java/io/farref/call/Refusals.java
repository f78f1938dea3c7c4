package io.farref.call;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.WorkerLostException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Why a call that arrived did not come to its end, in the words of the worker that has it. */
final class Refusals {
  private Refusals() {}

  /**
   * Nobody waits for it any more. The caller may look at its clock later than this worker did, and
   * must not see what the code made of being stopped.
   */
  static RpcTimeoutException outOfTime(
      String worker, String caller, long limitNanos, Throwable whatTheCodeMadeOfIt) {
    return new RpcTimeoutException(
        "call to worker "
            + worker
            + " from worker "
            + caller
            + " not answered within "
            + Durations.format(limitNanos)
            + ", and stopped there",
        whatTheCodeMadeOfIt,
        Execution.MAYBE_EXECUTED);
  }

  static WorkerLostException gone(String worker) {
    return new WorkerLostException(
        "the value is gone from worker "
            + worker
            + ": the worker that passed the reference on was lost before the owner knew of it",
        Execution.NOT_EXECUTED);
  }

  static RpcException unreadable(String worker, Throwable e) {
    return e instanceof RefusedException || e instanceof EncodingException
        ? (RpcException) e
        : new EncodingException(
            "worker " + worker + " cannot read the call: " + e, e, Execution.NOT_EXECUTED);
  }

  /** Whether a call by name found nothing of that name, rather than failing while it ran. */
  static boolean isLookUpFailure(@Nullable Object function, Throwable e) {
    return function instanceof Flattening
        && e instanceof UnknownMethodException unknown
        && unknown.execution() == Execution.NOT_EXECUTED;
  }

  /** What a stage failed with. */
  static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
