package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * This worker could not join its group. The message names the members that are missing and those
 * that were found.
 */
public final class JoinException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public JoinException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public JoinException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
