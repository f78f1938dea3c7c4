package io.farref.call.client;

import io.farref.Retry;
import io.farref.time.Durations;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How calls are made through a peer or a reference.
 *
 * @param timeoutNanos the timeout of each call, all its attempts included; zero is none
 * @param retry when a failed call is attempted again; null: never
 */
public record CallOptions(long timeoutNanos, @Nullable Retry retry) {
  /** Calls with that timeout, attempted once. */
  public static CallOptions once(long timeoutNanos) {
    return new CallOptions(timeoutNanos, null);
  }

  /**
   * The same options with another timeout.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CallOptions withTimeout(Duration timeout) {
    return new CallOptions(Durations.timeoutNanos(timeout), retry);
  }

  /** The same options with another retry policy. */
  public CallOptions retrying(Retry policy) {
    return new CallOptions(timeoutNanos, Objects.requireNonNull(policy, "policy"));
  }
}
