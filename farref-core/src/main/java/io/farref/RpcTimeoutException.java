package io.farref;

import org.jspecify.annotations.Nullable;

/** The time limit of a call, or of the call that it was made in, passed before it ended. */
public final class RpcTimeoutException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public RpcTimeoutException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public RpcTimeoutException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
