package io.farref.node;

import io.farref.call.UnreachableException;
import io.farref.observe.ProcessIdentity;

/** What is known of a lost worker. */
enum Fate {
  /** It has left, or its process has ended, or it says so itself. */
  GONE,
  /** It may be alive, and may be reached by others. */
  UNREACHED,
  /** It is alive, and took this worker for lost. */
  ALIVE;

  /**
   * That of a worker to which a connection has ended. Who is on this machine and still runs has
   * ended it itself, without a word: it may have taken this worker for lost.
   *
   * @param orderly whether it said goodbye
   */
  static Fate of(ProcessIdentity process, boolean orderly, Throwable cause) {
    boolean mayLive = process.isOnThisMachine() && !process.hasEnded();
    return !orderly && (mayLive || cause instanceof UnreachableException) ? UNREACHED : GONE;
  }
}
