package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * One side said no: the type or function is not allowed, the credentials are wrong, or a limit is
 * exceeded.
 */
public final class RefusedException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public RefusedException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public RefusedException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
