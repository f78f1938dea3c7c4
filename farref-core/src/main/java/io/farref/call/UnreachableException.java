package io.farref.call;

import java.io.IOException;

/** Thrown when nothing arrives from a worker of which it is unknown whether it is alive. */
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception without a cause. */
  public UnreachableException(String message) {
    super(message);
  }

  /** Makes an exception for a connection that could not be opened. */
  public UnreachableException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
