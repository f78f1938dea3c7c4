package io.farref.group;

import java.time.Duration;
import java.util.Locale;

/** Durations as the clock and as messages want them. */
final class Times {
  /** Far enough not to come, near enough not to overflow. */
  static final long FOREVER_NANOS = Long.MAX_VALUE / 4;

  private Times() {}

  /** In nanoseconds, at most {@link #FOREVER_NANOS}. */
  static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(FOREVER_NANOS)) >= 0
        ? FOREVER_NANOS
        : duration.toNanos();
  }

  /** Such as {@code 5 s}, {@code 0.25 s}. */
  static String seconds(long nanos) {
    String text = String.format(Locale.ROOT, "%.2f", nanos / 1e9);
    text = text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    return text + " s";
  }
}
