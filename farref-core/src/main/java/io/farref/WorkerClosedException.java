package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * This worker, the caller's own, is closed: by its program, or because the other members declared
 * it dead.
 */
public final class WorkerClosedException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public WorkerClosedException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public WorkerClosedException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
