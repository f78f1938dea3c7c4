package io.farref.call;

import io.farref.RefusedException;

/** A value may not be used by a call, which therefore has not begun. */
public final class RefusedSignal extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusedException why;

  /** Makes a signal without a stack trace: the calling worker receives only the reason. */
  public RefusedSignal(RefusedException why) {
    super(null, null, false, false);
    this.why = why;
  }

  /** The reason, which the calling worker receives. */
  public RefusedException why() {
    return why;
  }
}
