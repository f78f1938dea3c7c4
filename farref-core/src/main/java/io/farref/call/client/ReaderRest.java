package io.farref.call.client;

/**
 * Decides when a connection's own reader rests and leaves reading to the callers, which then read
 * their own replies. Not thread-safe: used by the own reader only.
 */
final class ReaderRest {
  /** After this many replies in a row, each for the only waiting caller, the reader rests. */
  private static final int FIRST_STREAK = 2;

  private static final int LONGEST_STREAK = 64;

  /** To wake the resting reader costs about as much as it saves on this many replies. */
  private static final int WORTH_A_REST = 4;

  private int streak;
  private int streakToRest = FIRST_STREAK;

  /** The reader has delivered a reply, perhaps to the only caller that waited. */
  void replied(boolean toTheOnlyCaller) {
    streak = toTheOnlyCaller ? streak + 1 : 0;
  }

  /** Whether the reader rests now. */
  boolean begin() {
    boolean rests = streak >= streakToRest;
    if (rests) {
      streak = 0;
    }
    return rests;
  }

  /** The reader was woken, after that many callers had read their own replies. */
  void end(int callersMeanwhile) {
    if (callersMeanwhile > 0) {
      streakToRest =
          callersMeanwhile < WORTH_A_REST
              ? Math.min(2 * streakToRest, LONGEST_STREAK)
              : FIRST_STREAK;
    }
  }
}
