package io.farref.call;

import java.io.IOException;

/** Nothing comes from another worker; whether it is alive cannot be told. */
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public UnreachableException(String message) {
    super(message);
  }

  /** Makes one for a connection that could not be opened. */
  public UnreachableException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
