package io.farref.transport;

/**
 * Handles interrupts of the reader of one link: an interrupt ends one wait, and the flag stays set.
 * A thread that reads again with its flag set waits as if the flag were clear, instead of spinning.
 *
 * <p>Used by the reading thread only. The flag is cleared during the wait, from {@link #begin} on,
 * and set again by {@link #end}.
 */
public final class ReaderInterrupts {
  /** The thread whose present interrupt has ended a wait already, or 0; thread ids start at 1. */
  private long interruptedThread;

  private boolean taken;

  /** Clears the thread's flag; returns whether the wait must not begin. */
  public boolean begin() {
    taken = Thread.interrupted();
    if (!taken) {
      interruptedThread = 0;
      return false;
    }
    return tell();
  }

  /** Clears the thread's flag; returns whether it was set since {@link #begin}. */
  public boolean arrived() {
    if (!Thread.interrupted()) {
      return false;
    }
    taken = true;
    interruptedThread = Thread.currentThread().threadId();
    return true;
  }

  /** Sets the flag again if {@link #begin} or {@link #arrived} cleared it. */
  public void end() {
    if (taken) {
      taken = false;
      Thread.currentThread().interrupt();
    }
  }

  private boolean tell() {
    long me = Thread.currentThread().threadId();
    if (interruptedThread == me) {
      return false;
    }
    interruptedThread = me;
    return true;
  }
}
