package io.farref.call;

import java.time.Duration;

/** Limits of time as users give them. */
public final class Timeouts {
  private Timeouts() {}

  /**
   * In nanoseconds; zero is no limit, and so is more than 292 years.
   *
   * @throws IllegalArgumentException if negative
   */
  public static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("a timeout cannot be negative: " + timeout);
    }
    try {
      long nanos = timeout.toNanos();
      return nanos > Long.MAX_VALUE / 4 ? 0 : nanos;
    } catch (ArithmeticException e) {
      return 0;
    }
  }
}
