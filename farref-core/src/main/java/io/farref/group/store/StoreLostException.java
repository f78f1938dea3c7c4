package io.farref.group.store;

import java.io.IOException;

/**
 * The connection to the worker that hosts the store is gone, and with it the ephemeral keys of this
 * user.
 */
public final class StoreLostException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean graceful;

  /** Makes one; see {@link #isGraceful}. */
  public StoreLostException(String message, boolean graceful) {
    super(message);
    this.graceful = graceful;
  }

  /** Whether the host closed the store in order, rather than died or was cut off. */
  public boolean isGraceful() {
    return graceful;
  }
}
