package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * A call that failed for a reason of its own, not because the called code threw.
 *
 * <p>Every one tells how far the call got, so that a caller knows whether it may try again.
 */
public abstract sealed class RpcException extends RuntimeException
    permits EncodingException,
        JoinException,
        RRefReleasedException,
        RefusedException,
        RemoteFailureException,
        RpcCancelledException,
        RpcTimeoutException,
        UnknownMethodException,
        UnknownPeerException,
        WorkerClosedException,
        WorkerLostException {
  private static final long serialVersionUID = 1L;

  /** How far a call got. */
  public enum Execution {
    /** The called code did not run and will not. */
    NOT_EXECUTED,
    /** The call was sent and nothing more is known. */
    MAYBE_EXECUTED,
    /** The called code ran to its end. */
    EXECUTED
  }

  private final Execution execution;

  RpcException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause);
    this.execution = execution;
  }

  /** How far the call got. */
  public final Execution execution() {
    return execution;
  }

  /** Whether the same call can be made again without running twice: it was not executed. */
  public final boolean safeToRetry() {
    return execution == Execution.NOT_EXECUTED;
  }
}
