package io.farref.call;

import io.farref.RefusedException;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/** Decides which calls of other workers may run. */
public interface CallPolicy {
  /**
   * Why a call must not run; null if it may.
   *
   * @param caller the id of the worker that calls
   * @param function what it wants to run; null if it only wants the value
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
