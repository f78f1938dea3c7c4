package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * The call was cancelled, or the thread that waited for it was interrupted; the interrupt flag of
 * that thread is set again.
 */
public final class RpcCancelledException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public RpcCancelledException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public RpcCancelledException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
