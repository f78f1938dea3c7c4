package io.farref.call;

/**
 * What is known of how long a function, or the callbacks of a connection's futures, take: whether
 * they may run on the thread that reads. Races lose a hint, nothing else.
 */
final class Promptness {
  /** Longer than this is slow. */
  static final long SLOW_NANOS = 500_000;

  /** One slow run may be the machine's fault, or a class that had to be loaded; two are not. */
  private static final int TOLERATED = 4;

  private static final int SLOW = 3;
  private static final int WAITED = 8;
  private static final int MOST = 64;

  private static final int ALWAYS = 3;

  private volatile int debt;
  private volatile int slowInARow;

  /** Whether it was prompt of late. */
  boolean isPrompt() {
    return debt < TOLERATED;
  }

  /** Whether it was slow each of the last few times. */
  boolean isAlwaysSlow() {
    return slowInARow >= ALWAYS;
  }

  /** It ran, for so long. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost update is a lost hint
  void ran(long nanos) {
    int now = debt;
    slowInARow = nanos > SLOW_NANOS ? Math.min(slowInARow + 1, ALWAYS) : 0;
    if (nanos > SLOW_NANOS) {
      debt = Math.min(now + SLOW, MOST);
    } else if (now > 0) {
      debt = now - 1;
    }
  }

  /** It was seen waiting for something, and kept others waiting. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost update is a lost hint
  void waited() {
    debt = Math.min(debt + WAITED, MOST);
  }
}
