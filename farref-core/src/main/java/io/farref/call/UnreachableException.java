package io.farref.call;

import java.io.IOException;

/** Nothing arrives from another worker; it is unknown whether that worker is alive. */
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes one without a cause. */
  public UnreachableException(String message) {
    super(message);
  }

  /** Makes one for a connection that could not be opened. */
  public UnreachableException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
