package io.farref.time;

import java.time.Duration;

/** When a timeout of the {@code Link} kind ends: a negative timeout never does. */
public final class Expiry {
  private final long timeoutNanos;
  private final long start;

  private Expiry(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
    this.start = timeoutNanos < 0 ? 0 : System.nanoTime();
  }

  /** The end of a timeout that starts now. */
  public static Expiry in(long timeoutNanos) {
    return new Expiry(timeoutNanos);
  }

  /** The nanoseconds that are left: 0 once it is over, negative if it never ends. */
  public long left() {
    return timeoutNanos < 0 ? -1 : Math.max(0, timeoutNanos - (System.nanoTime() - start));
  }

  /** The timeout that was asked for. */
  public Duration timeout() {
    return Duration.ofNanos(timeoutNanos);
  }

  /** Whether the time is over. */
  public boolean isOver() {
    return left() == 0;
  }
}
