package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * The timeout of a call, or the deadline of the block or call in which it was made, passed before
 * it ended. The code that runs for it has been interrupted.
 */
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
