package io.farref.wire;

import java.io.IOException;

/** The other side does not go on with a session: what was under way is lost. */
public final class SessionOverException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean givenUp;

  SessionOverException(String reason, boolean givenUp) {
    super(reason);
    this.givenUp = givenUp;
  }

  /** Whether the other side took this worker for lost. */
  public boolean isGivenUp() {
    return givenUp;
  }
}
