package io.farref.call;

import io.farref.RefusedException;

/** A value is not to be had for a call, which therefore has not begun. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusedException why;

  /** Makes one; the caller gets only why. */
  public Refusal(RefusedException why) {
    super(null, null, false, false);
    this.why = why;
  }

  /** What the caller gets. */
  public RefusedException why() {
    return why;
  }
}
