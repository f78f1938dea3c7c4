package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * One side said no: the type or function is not allowed, the credentials are wrong, or a limit is
 * exceeded.
 */
public final class RefusedException extends RpcException {
  private static final long serialVersionUID = 1L;

  private final boolean overload;

  /** Makes one without a cause. */
  public RefusedException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public RefusedException(String message, @Nullable Throwable cause, Execution execution) {
    this(message, cause, execution, false);
  }

  /**
   * Makes one.
   *
   * @param overload see {@link #isOverload}
   */
  public RefusedException(
      String message, @Nullable Throwable cause, Execution execution, boolean overload) {
    super(message, cause, execution);
    this.overload = overload;
  }

  /** Whether there was too much to do at the time: the same call may be welcome later. */
  public boolean isOverload() {
    return overload;
  }
}
