package io.farref.exec;

/**
 * Whether a function, or the callbacks of a connection's futures, may run inline, on the thread
 * that reads the connection, or are off-loaded to a thread of their own. It is a hint that is
 * learned from their running times. Races lose a hint, nothing else.
 */
public final class InlineHint {
  /** Longer than this is slow. */
  static final long SLOW_NANOS = 500_000;

  /** One slow run may come from the machine, or from a class that had to be loaded; two do not. */
  private static final int TOLERATED = 4;

  private static final int SLOW = 3;
  private static final int WAITED = 8;
  private static final int MOST = 64;

  private static final int ALWAYS = 3;

  private volatile int debt;
  private volatile int slowInARow;

  /** Whether its last runs were prompt, so that the next may be inline. */
  public boolean isPrompt() {
    return debt < TOLERATED;
  }

  /** Whether it was slow each of the last few times. */
  public boolean isAlwaysSlow() {
    return slowInARow >= ALWAYS;
  }

  /** It ran for so long. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public // a lost update is a lost hint
  void ran(long nanos) {
    int now = debt;
    slowInARow = nanos > SLOW_NANOS ? Math.min(slowInARow + 1, ALWAYS) : 0;
    if (nanos > SLOW_NANOS) {
      debt = Math.min(now + SLOW, MOST);
    } else if (now > 0) {
      debt = now - 1;
    }
  }

  /** It was found waiting for something while it delayed others. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost update is a lost hint
  void waited() {
    debt = Math.min(debt + WAITED, MOST);
  }
}
