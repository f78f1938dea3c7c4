package io.farref;

import org.jspecify.annotations.Nullable;

/** The group has no worker of that name or rank now. The message names the present members. */
public final class UnknownPeerException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public UnknownPeerException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public UnknownPeerException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
