package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * A reference was used after it was closed. If the system property {@code farref.trackOrigins} is
 * {@code true}, the message has the line that closed it.
 */
public final class RRefReleasedException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public RRefReleasedException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public RRefReleasedException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
