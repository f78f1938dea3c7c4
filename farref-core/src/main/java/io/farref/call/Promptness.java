package io.farref.call;

/**
 * What is known of how long a function, or the callbacks of a connection's futures, take: whether
 * they may run on the thread that reads. Races lose a hint, nothing else.
 */
final class Promptness {
  /** Longer than this is slow. */
  static final long SLOW_NANOS = 500_000;

  private static final int SUSPICION = 8;
  private static final int PENALTY = 4;
  private static final int MOST = 64;

  private volatile int debt;
  private volatile int suspicion;

  /** Whether it was prompt of late. */
  boolean isPrompt() {
    return debt == 0;
  }

  /**
   * It ran, for so long. Once is no proof: it was the first time, or the thread got no processor.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost update is a lost hint
  void ran(long nanos) {
    if (nanos > SLOW_NANOS) {
      if (suspicion > 0) {
        foundSlow();
      }
      suspicion = SUSPICION;
    } else {
      if (suspicion > 0) {
        suspicion--;
      }
      if (debt > 0) {
        debt--;
      }
    }
  }

  /** It still runs, and keeps others waiting. */
  void foundSlow() {
    debt = Math.min(debt + PENALTY, MOST);
  }
}
