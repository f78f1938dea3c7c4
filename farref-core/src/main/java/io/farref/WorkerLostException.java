package io.farref;

import org.jspecify.annotations.Nullable;

/** The other worker died, was cut off or left the group. */
public final class WorkerLostException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public WorkerLostException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public WorkerLostException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
