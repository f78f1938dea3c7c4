package io.farref.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The process that listens where a worker dialed has not proved to be the worker that was meant. It
 * may be a stranger, so the link counts as broken, and nothing else follows from what it said.
 */
public final class UnprovenException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception; the message has the reason that was given, for people. */
  public UnprovenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
