package io.farref.bytes;

/** Bytes from another worker violate the protocol. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one; the message says what was expected and what arrived. */
  public MalformedException(String message) {
    super(message);
  }
}
