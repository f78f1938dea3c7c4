package io.farref.tools;

import org.jspecify.annotations.Nullable;

/** The command cannot be carried out; the message is the whole explanation for the user. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  CommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
