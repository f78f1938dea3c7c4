package io.farref.exec;

import org.jspecify.annotations.Nullable;

/** A task that a reader runs between two frames, such as a call. */
public interface ReaderTask {
  /** A task that no other thread has to find. */
  ReaderTask ANY = () -> null;

  /** The hint for the function that the task runs; null if there is none. */
  @Nullable InlineHint inlineHint();

  /**
   * The lease of the thread that runs this task is about to be revoked: from now on other threads
   * must be able to find the task. May be called by any thread, and may come too late.
   */
  default void detach() {}

  /** Follows each {@link #detach}, and undoes it if the task had ended before. */
  default void settle() {}
}
