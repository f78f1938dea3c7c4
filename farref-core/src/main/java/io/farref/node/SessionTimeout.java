package io.farref.node;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** For how long a peer may be silent: what the program says, else the environment, else 10 s. */
final class SessionTimeout {
  static final String VARIABLE = "FARREF_SESSION_TIMEOUT";

  private static final Duration DEFAULT = Duration.ofSeconds(10);

  private SessionTimeout() {}

  /**
   * @param seconds the value of {@link #VARIABLE}, if it is set
   * @throws IllegalArgumentException if that is needed and is not a number
   */
  static Duration of(@Nullable Duration program, @Nullable String seconds) {
    if (program != null) {
      return program;
    }
    if (seconds == null || seconds.isEmpty()) {
      return DEFAULT;
    }
    try {
      long millis = new BigDecimal(seconds.strip()).movePointRight(3).longValue();
      if (millis >= 0) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong(seconds), e);
    }
    throw new IllegalArgumentException(wrong(seconds));
  }

  private static String wrong(String seconds) {
    return VARIABLE + " must be a number of seconds, 0 for no limit, but is '" + seconds + "'";
  }
}
