package io.farref.node.connect;

import io.farref.call.UnreachableException;
import io.farref.observe.FailureText;
import io.farref.observe.ProcessIdentity;

/** The kind of loss of a worker, which decides whether the worker is evicted from the group. */
public enum LossKind {
  /** It has left, or its process has ended. */
  GONE,
  /** It may be alive, and other workers may still reach it. */
  UNREACHABLE,
  /**
   * It is alive as far as this worker knows: it has declared this worker dead, or an error of this
   * worker itself, such as a lack of memory or of file descriptors, ended the connection.
   */
  ALIVE;

  /**
   * The kind of loss when a connection has ended. If the peer's process is on this machine and
   * still runs, the peer itself has ended the connection without a goodbye: it may have declared
   * this worker dead, so it must not be evicted as if it were gone.
   *
   * @param orderly whether the peer said goodbye
   */
  static LossKind of(ProcessIdentity process, boolean orderly, Throwable cause) {
    if (cause instanceof Error || FailureText.isShortage(cause)) {
      return ALIVE;
    }
    boolean mayLive = process.isOnThisMachine() && !process.hasEnded();
    return !orderly && (mayLive || cause instanceof UnreachableException) ? UNREACHABLE : GONE;
  }
}
