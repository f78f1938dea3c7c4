package io.farref.call;

import io.farref.RefusedException;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/** Decides which calls of other workers may run. Thread-safe. */
public interface CallPolicy {
  /**
   * Why a call must not begin; null if it may.
   *
   * @param caller the id of the calling worker
   * @param function the function; null if the value itself is requested
   * @param carriesCode whether a function came with the call
   * @param value the target of the call, if it has one
   */
  @Nullable RefusedException objection(
      int caller,
      @Nullable Object function,
      boolean carriesCode,
      CallHead head,
      @Nullable Object value);
}
