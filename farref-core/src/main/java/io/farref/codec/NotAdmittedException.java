package io.farref.codec;

/** A {@link CallGate} does not let a call through. Passes through the codec as it is. */
public final class NotAdmittedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Throwable why;

  /** Makes one without a stack trace: the calling worker receives only the reason. */
  public NotAdmittedException(Throwable why) {
    super(null, null, false, false);
    this.why = why;
  }

  /** The reason, which the calling worker receives. */
  public Throwable why() {
    return why;
  }
}
