package io.farref.group.store;

import java.io.IOException;

/**
 * The connection to whoever hosts the store is gone, and with it what this user put there for its
 * lifetime.
 */
public final class StoreLostException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean graceful;

  StoreLostException(String message, boolean graceful) {
    super(message);
    this.graceful = graceful;
  }

  /** Whether the host said goodbye, rather than died or was cut off. */
  public boolean isGraceful() {
    return graceful;
  }
}
