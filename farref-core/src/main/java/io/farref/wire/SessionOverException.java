package io.farref.wire;

import java.io.IOException;

/** The other side does not continue a session: the messages under way are lost. */
public final class SessionOverException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean declaredDead;

  SessionOverException(String reason, boolean declaredDead) {
    super(reason);
    this.declaredDead = declaredDead;
  }

  /** Whether the other side has declared this worker dead. */
  public boolean isDeclaredDead() {
    return declaredDead;
  }
}
