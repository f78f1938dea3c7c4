package io.farref.tools;

import org.jspecify.annotations.Nullable;

/** The command cannot do what it was told to; the message says all there is to say. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  CommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
