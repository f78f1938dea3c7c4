package io.farref.call;

import io.farref.wire.UnprovenException;
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

  /** Whether something listens at the worker's address that has not proved to be that worker. */
  public boolean isUnproven() {
    return getCause() instanceof UnprovenException;
  }
}
