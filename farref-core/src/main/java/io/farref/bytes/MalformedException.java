package io.farref.bytes;

/** Bytes from another worker are not what they should be. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one; the message says what was expected and what was there. */
  public MalformedException(String message) {
    super(message);
  }
}
