package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * A call failed, and not because the called code threw: exceptions of the called code arrive as
 * themselves.
 *
 * <p>Every such exception says how far the call got ({@link #execution()}), so that a caller knows
 * whether it may retry. Where the called code made a call of its own and let its exception out, the
 * exception arrives as {@link Execution#EXECUTED}: the called code ran.
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
    /** The call was sent, and no more is known. */
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

  /** Whether the call was not executed, so that it can be made again without running twice. */
  public final boolean safeToRetry() {
    return execution == Execution.NOT_EXECUTED;
  }
}
