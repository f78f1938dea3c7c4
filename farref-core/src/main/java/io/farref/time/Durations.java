package io.farref.time;

import java.time.Duration;
import java.util.Locale;

/** Durations in nanoseconds, and as text. */
public final class Durations {
  /** The longest duration in nanoseconds, 73 years: the clock can be added to it twice. */
  public static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

  private static final Duration LONGEST = Duration.ofNanos(LONGEST_NANOS);

  private Durations() {}

  /** A duration in nanoseconds, at most {@link #LONGEST_NANOS}. */
  public static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) >= 0 ? LONGEST_NANOS : duration.toNanos();
  }

  /**
   * A timeout in nanoseconds, as the library stores it: 0 is no timeout, and so is {@link
   * #LONGEST_NANOS} or more.
   *
   * @throws IllegalArgumentException if the timeout is negative
   */
  public static long timeoutNanos(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("a timeout cannot be negative: " + timeout);
    }
    long nanos = nanos(timeout);
    return nanos == LONGEST_NANOS ? 0 : nanos;
  }

  /** Such as {@code 1.5 s}, {@code 20 ms} or {@code 250 µs}. */
  public static String format(long nanos) {
    if (nanos >= 1_000_000_000L) {
      return number(nanos / 1e9) + " s";
    }
    if (nanos >= 1_000_000) {
      return number(nanos / 1e6) + " ms";
    }
    return number(nanos / 1e3) + " µs";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
