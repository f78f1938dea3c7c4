package io.farref.call;

import org.jspecify.annotations.Nullable;

/** What keeps a reading thread busy. */
interface Work {
  /** Nothing that anybody else has to know of. */
  Work ANY = () -> null;

  /** What is known of how long it takes; null if nothing is. */
  @Nullable Promptness promptness();

  /**
   * Somebody is about to take the turn of the thread that does this: from now on others must be
   * able to find it. Comes from any thread, and maybe too late.
   */
  default void detach() {}

  /** Follows each {@link #detach}: if that came too late, it is undone. */
  default void settle() {}
}
