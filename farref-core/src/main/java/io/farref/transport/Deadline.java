package io.farref.transport;

import java.time.Duration;

/** The end of a timeout in the sense of this package: a negative one never ends. */
final class Deadline {
  private final long timeoutNanos;
  private final long start;

  private Deadline(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
    this.start = timeoutNanos < 0 ? 0 : System.nanoTime();
  }

  static Deadline in(long timeoutNanos) {
    return new Deadline(timeoutNanos);
  }

  /** What is left, in nanoseconds: 0 once it is over, negative if it never will be. */
  long left() {
    return timeoutNanos < 0 ? -1 : Math.max(0, timeoutNanos - (System.nanoTime() - start));
  }

  /** What was asked for. */
  Duration timeout() {
    return Duration.ofNanos(timeoutNanos);
  }

  boolean isOver() {
    return left() == 0;
  }
}
