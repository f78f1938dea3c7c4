package io.farref.benchmarks;

import java.io.Serial;

/** A contender cannot be measured on this machine; the message says why. */
public final class UnavailableException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /** For this reason. */
  public UnavailableException(String reason) {
    super(reason);
  }
}
