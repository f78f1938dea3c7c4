package io.farref.wire;

import java.io.IOException;

/** The other side does not continue a session: the messages under way are lost. */
public final class SessionOverException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean givenUp;

  SessionOverException(String reason, boolean givenUp) {
    super(reason);
    this.givenUp = givenUp;
  }

  /** Whether the other side has declared this worker dead. */
  public boolean isGivenUp() {
    return givenUp;
  }
}
