package io.farref.exec;

import org.jspecify.annotations.Nullable;

/** What a reader does between two frames. */
public interface ReaderTask {
  /** A task that no other thread has to know of. */
  ReaderTask ANY = () -> null;

  /** The hint of what it runs; null if there is none. */
  @Nullable InlineHint promptness();

  /**
   * The lease of the thread that does this is about to be revoked: from now on other threads must
   * be able to find the task. May be called by any thread, and may come too late.
   */
  default void detach() {}

  /** Follows each {@link #detach}, and undoes it if it came too late. */
  default void settle() {}
}
