package io.farref.wire;

import io.farref.bytes.MalformedException;

/** A worker that dialed is rejected. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** The required reaction of the dialer. The order is part of the protocol. */
  public enum Kind {
    /** It is not accepted. */
    REFUSED,
    /** The session that it wants to continue is over. */
    SESSION_OVER,
    /** It was declared dead, which is final. */
    DECLARED_DEAD;

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

  /** The required reaction of the dialer. */
  public Kind kind() {
    return kind;
  }
}
