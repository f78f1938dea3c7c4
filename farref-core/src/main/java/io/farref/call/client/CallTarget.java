package io.farref.call.client;

import io.farref.observe.Meters;
import org.jspecify.annotations.Nullable;

/** The target of {@link Verbs}: a worker, or a value on a worker. Thread-safe. */
public interface CallTarget {
  /** The options of calls to this target. */
  CallOptions options();

  /**
   * Sends a call once.
   *
   * @param on the connection for an attempt of a retried call; null: that of a plain call
   * @param function the function to ship; null with {@link io.farref.wire.CallHead#FETCH}
   * @throws RuntimeException if the call cannot be sent
   */
  <R extends @Nullable Object> PendingCall<R> send(
      @Nullable ClientConnection on, @Nullable Object function, int flags, long limitNanos);

  /**
   * The connection for an attempt of a retried call that is made now.
   *
   * @throws RuntimeException if there is none
   */
  ClientConnection connection();

  /** The counters of the calling worker. */
  Meters meters();

  /** Whether another worker may take the place of a lost one, so that a retry can succeed. */
  boolean mayBeReplaced();
}
