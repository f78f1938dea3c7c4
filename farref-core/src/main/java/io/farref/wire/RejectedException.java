package io.farref.wire;

import io.farref.bytes.MalformedException;

/** A worker that dialed is turned away. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What the dialer should make of it. Their order is part of the protocol. */
  public enum Kind {
    /** It will not be let in. */
    REFUSED,
    /** The session that it wants to go on with is over. */
    SESSION_OVER,
    /** It was taken for lost, and stays so. */
    GIVEN_UP;

    static Kind of(byte code) {
      if (code < 0 || code >= values().length) {
        throw new MalformedException("rejected for a reason of kind " + code);
      }
      return values()[code];
    }
  }

  /** Makes one; the reason is for people. */
  public RejectedException(Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  /** What the dialer should make of it. */
  public Kind kind() {
    return kind;
  }
}
