package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * The value's class has no method of that name and these parameters. The message names the class
 * and the nearest methods.
 */
public final class UnknownMethodException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public UnknownMethodException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public UnknownMethodException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
