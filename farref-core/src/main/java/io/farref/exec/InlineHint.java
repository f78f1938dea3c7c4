package io.farref.exec;

/**
 * The learned guess whether a function, or the callbacks of a connection's futures, may run inline,
 * on the thread that reads the connection, or must be off-loaded to a thread of its own. It is
 * learned from running times. A lost race makes the guess worse, and has no other effect.
 */
public final class InlineHint {
  /** A run that takes longer than this is slow. */
  static final long SLOW_NANOS = 500_000;

  /** One slow run may come from the machine, or from a class that had to be loaded; two do not. */
  private static final int TOLERATED = 4;

  private static final int SLOW = 3;
  private static final int WAITED = 8;
  private static final int MOST = 64;

  private static final int ALWAYS = 3;

  private volatile int debt;
  private volatile int slowInARow;

  /** Whether the last runs were fast, so that the next may be inline. */
  public boolean mayRunInline() {
    return debt < TOLERATED;
  }

  /** Whether each of the last few runs was slow. */
  public boolean isAlwaysSlow() {
    return slowInARow >= ALWAYS;
  }

  /** Records the running time of a run. */
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

  /** Records that a run was found waiting for something while it delayed other calls. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost update is a lost hint
  void waited() {
    debt = Math.min(debt + WAITED, MOST);
  }
}
