package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * A call or connection was refused: a class may not travel, an authorizer, a restricted or revoked
 * reference does not allow the call, the secret or certificate is wrong, or a limit is exceeded.
 * The message says which.
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

  /** Whether the reason is overload: the same call may be accepted later. */
  public boolean isOverload() {
    return overload;
  }
}
