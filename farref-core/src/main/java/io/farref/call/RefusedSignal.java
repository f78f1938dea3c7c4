package io.farref.call;

import io.farref.RefusedException;

/** Thrown when a call may not use a value; the code of the call has not begun. */
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
