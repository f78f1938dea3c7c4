package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * The other worker is lost: it died, was cut off for longer than the session timeout, or left the
 * group. The values that it owned are lost with it.
 */
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
