package io.farref.call;

/**
 * What is known of how long a function, or the callbacks of a connection's futures, take: whether
 * they may run on the thread that reads. Races lose a hint, nothing else.
 */
final class Promptness {
  /** Longer than this is slow. */
  static final long SLOW_NANOS = 500_000;

  private static final int PENALTY = 4;
  private static final int MOST = 64;

  private volatile int debt;

  /** Whether it was prompt of late. */
  boolean isPrompt() {
    return debt == 0;
  }

  /** It ran, for so long. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost update is a lost hint
  void ran(long nanos) {
    int now = debt;
    if (nanos > SLOW_NANOS) {
      debt = Math.min(now + PENALTY, MOST);
    } else if (now > 0) {
      debt = now - 1;
    }
  }

  /** It still runs, and keeps others waiting. */
  void foundSlow() {
    ran(SLOW_NANOS + 1);
  }
}
