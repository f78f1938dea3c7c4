package io.farref.call;

import io.farref.observe.Meters;
import org.jspecify.annotations.Nullable;

/** Where a {@link RetriedCall} goes: a worker, or a value on one. Thread-safe. */
public interface Callee {
  /**
   * The connection on which an attempt is made now.
   *
   * @throws RuntimeException if there is none
   */
  ClientConnection connection();

  /**
   * Makes an attempt.
   *
   * @throws RuntimeException if it cannot be made
   */
  <R extends @Nullable Object> PendingCall<R> call(
      ClientConnection on, @Nullable Object function, int flags, long limitNanos);

  /** What the worker counts that calls. */
  Meters meters();

  /** Whether a lost worker may be followed by another that does as well. */
  boolean mayBeReplaced();
}
