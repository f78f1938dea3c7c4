package io.farref.time;

/** Deadlines as values of {@link System#nanoTime}. */
public final class Deadlines {
  /** No deadline. */
  public static final long NONE = Long.MAX_VALUE;

  private Deadlines() {}

  /** The deadline of an operation that starts now; a timeout of 0 means no deadline. */
  public static long after(long timeoutNanos) {
    return timeoutNanos == 0 ? NONE : System.nanoTime() + timeoutNanos;
  }

  /** The earlier of two deadlines. */
  public static long earlier(long a, long b) {
    if (a == NONE || b == NONE) {
      return a == NONE ? b : a;
    }
    return a - b < 0 ? a : b;
  }

  /** Whether the deadline has passed. */
  public static boolean isPast(long deadline) {
    return deadline != NONE && deadline - System.nanoTime() <= 0;
  }
}
