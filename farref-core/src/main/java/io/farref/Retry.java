package io.farref;

import java.time.Duration;

/**
 * The policy by which a failed call is retried. Immutable.
 *
 * <p><b>Which failures.</b> Failures that may pass: the callee was {@linkplain
 * RefusedException#isOverload overloaded}, the attempt took longer than {@link #attemptTimeout}, or
 * the worker is lost and another may join under its name (only for a {@link Peer} of an open group;
 * values on a lost worker are lost with it). Never failures that can only repeat themselves, such
 * as a class that is not allowed, and never exceptions of the called code.
 *
 * <p><b>How often the call runs.</b> At most once, unless it is {@link #idempotent}. A call that
 * was not executed is made again. One that may have been executed is made again if it is
 * idempotent; if not, only to the same worker, which remembers its recent calls: the new attempt
 * waits for the one that runs there, or gets the outcome of the one that ran. If the worker that
 * may have executed it is lost, the call fails.
 *
 * <p><b>How long.</b> Until the call's own timeout, the {@link Deadline} in force, or the number of
 * attempts. Between two attempts is a pause that grows. When no other attempt fits, the last
 * failure is thrown, with the earlier ones as suppressed exceptions.
 *
 * @param firstPause the pause before the second attempt
 * @param factor how many times longer each pause is than the one before; at least 1
 * @param jitter the fraction of a pause that is taken away at random at most, from 0 to 1
 * @param longestPause no pause is longer
 * @param attempts how many attempts there are at most, with the first; 0 for as many as time allows
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

  /**
   * Pauses of 10 ms, doubled up to 1 s, half of which may be taken away at random; as many attempts
   * as time allows, without a timeout of their own; not idempotent.
   */
  public static final Retry DEFAULT =
      new Retry(Duration.ofMillis(10), 2, 0.5, Duration.ofSeconds(1), 0, Duration.ZERO, false);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range; the message names it
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

  /** This policy with another timeout for each attempt; zero for none. */
  public Retry withAttemptTimeout(Duration timeout) {
    return new Retry(firstPause, factor, jitter, longestPause, attempts, timeout, idempotent);
  }

  /** This policy for calls that may ({@code true}) or may not run twice without harm. */
  public Retry withIdempotent(boolean harmless) {
    return new Retry(firstPause, factor, jitter, longestPause, attempts, attemptTimeout, harmless);
  }
}
