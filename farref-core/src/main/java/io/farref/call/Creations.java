package io.farref.call;

/**
 * When the creations of a connection are written. Most are followed at once by a call on what they
 * create, and then both leave in one write; where that has been so of late, a creation is left for
 * the call to take along, and only if none comes the watchdog has it written. Races lose a hint,
 * nothing else.
 */
final class Creations {
  private static final int EXPECTED = 2;
  private static final int MOST = 4;

  private final Runnable flushWithinATick;
  private volatile boolean waits;
  private volatile int followedInARow;

  Creations(Runnable flushWithinATick) {
    this.flushWithinATick = flushWithinATick;
  }

  /** One was appended. */
  void sent(WriteCoalescer writer) {
    waits = true;
    if (followedInARow >= EXPECTED) {
      flushWithinATick.run();
    } else {
      writer.flushSoon();
    }
  }

  /** Something is about to be appended. */
  void followed(Outbox outbox) {
    if (waits) {
      waits = false;
      followedInARow = outbox.isPending() ? Math.min(followedInARow + 1, MOST) : 0;
    }
  }
}
