package io.farref.call;

import java.util.Locale;

/** Times for people. */
public final class Durations {
  private Durations() {}

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
