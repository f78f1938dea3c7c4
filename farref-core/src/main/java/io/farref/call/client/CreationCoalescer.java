package io.farref.call.client;

import io.farref.mux.FrameQueue;
import io.farref.mux.WriteCoalescer;

/**
 * Decides when the creations of a connection are written. Most creations are followed at once by a
 * call on the created value, and then both can leave in one write. If that was so for the last few
 * creations, the next one waits for the call to take it along; if no call follows, it is written at
 * the watchdog's next tick. A lost race makes the guess worse, and has no other effect.
 */
final class CreationCoalescer {
  private static final int EXPECTED = 2;
  private static final int MOST = 4;

  private final Runnable flushWithinATick;
  private volatile boolean waits;
  private volatile int followedInARow;

  CreationCoalescer(Runnable flushWithinATick) {
    this.flushWithinATick = flushWithinATick;
  }

  /** A creation was appended. */
  void sent(WriteCoalescer writer) {
    waits = true;
    if (followedInARow >= EXPECTED) {
      flushWithinATick.run();
    } else {
      writer.flushSoon();
    }
  }

  /** A call or creation is about to be appended. */
  void followed(FrameQueue queue) {
    if (waits) {
      waits = false;
      followedInARow = queue.isPending() ? Math.min(followedInARow + 1, MOST) : 0;
    }
  }
}
