package io.farref;

import java.time.Duration;

/**
 * When a call that failed is made again.
 *
 * <p><b>Which failures.</b> Those that may pass: the callee refused the call since it had
 * {@linkplain RefusedException#isOverload too much to do}, the attempt took longer than {@link
 * #attemptTimeout}, or the worker is lost and another may join under its name (a {@link Peer} of an
 * open group; what lived on a lost worker is lost with it). Never what can only fail again, such as
 * a class that is not allowed, and never what the called code threw.
 *
 * <p><b>How often it runs.</b> Once, unless it is {@link #idempotent}. A call that certainly was
 * not executed is simply made again. One that may have been is made again if it is idempotent; if
 * not, only to the same worker, which remembers its recent calls: a further attempt waits for the
 * one that runs there, or gets the outcome of the one that ran. A call that may have been executed
 * by a worker that is lost fails.
 *
 * <p><b>How long.</b> Until the call's own limit of time, or the {@link Deadline} in force, or the
 * number of attempts. Between two attempts is a pause, longer each time and by chance a little
 * shorter. When no other attempt fits, the last failure is thrown, with the earlier ones as
 * suppressed.
 *
 * @param firstPause before the second attempt
 * @param factor by which each pause is longer than the one before; at least 1
 * @param jitter the part of a pause that chance may take away, from 0 to 1
 * @param longestPause no pause is longer
 * @param attempts how many there are at most, the first one counted; 0 for as many as time allows
 * @param attemptTimeout after which another attempt is made; {@link Duration#ZERO} for never
 * @param idempotent whether the call may run twice without harm
 */
public record Retry(
    Duration firstPause,
    double factor,
    double jitter,
    Duration longestPause,
    int attempts,
    Duration attemptTimeout,
    boolean idempotent) {

  /** Pauses of 10 ms, doubled up to 1 s, as often as time allows; not idempotent. */
  public static final Retry DEFAULT =
      new Retry(Duration.ofMillis(10), 2, 0.5, Duration.ofSeconds(1), 0, Duration.ZERO, false);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one makes no sense; the message says which
   */
  public Retry {
    notNegative("firstPause", firstPause);
    notNegative("longestPause", longestPause);
    notNegative("attemptTimeout", attemptTimeout);
    check(factor >= 1 && factor < Double.POSITIVE_INFINITY, "factor", "at least 1", factor);
    check(jitter >= 0 && jitter <= 1, "jitter", "from 0 to 1", jitter);
    check(attempts >= 0, "attempts", "at least 0", attempts);
  }

  private static void notNegative(String name, Duration value) {
    check(!value.isNegative(), name, "at least 0", value);
  }

  private static void check(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + rule + ", but is " + value);
    }
  }

  /** This policy with other pauses. */
  public Retry withPauses(Duration first, Duration longest) {
    return new Retry(first, factor, jitter, longest, attempts, attemptTimeout, idempotent);
  }

  /** This policy with another factor and jitter. */
  public Retry withGrowth(double newFactor, double newJitter) {
    return new Retry(
        firstPause, newFactor, newJitter, longestPause, attempts, attemptTimeout, idempotent);
  }

  /** This policy with another number of attempts. */
  public Retry withAttempts(int most) {
    return new Retry(firstPause, factor, jitter, longestPause, most, attemptTimeout, idempotent);
  }

  /** This policy with another limit of time for each attempt. */
  public Retry withAttemptTimeout(Duration timeout) {
    return new Retry(firstPause, factor, jitter, longestPause, attempts, timeout, idempotent);
  }

  /** This policy for calls that may, or may not, run twice without harm. */
  public Retry withIdempotent(boolean harmless) {
    return new Retry(firstPause, factor, jitter, longestPause, attempts, attemptTimeout, harmless);
  }
}
