package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * A value cannot travel: an argument or captured value (the call was not executed) or a result (it
 * was executed). The message has the path to the field that holds the value.
 */
public final class EncodingException extends RpcException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public EncodingException(String message, Execution execution) {
    this(message, null, execution);
  }

  /** Makes one with a cause. */
  public EncodingException(String message, @Nullable Throwable cause, Execution execution) {
    super(message, cause, execution);
  }
}
