package io.farref.call;

import io.farref.RefusedException;
import io.farref.codec.Called;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/** Decides which code of other workers may run. Thread-safe. */
public interface CallPolicy {
  /**
   * Why a call must not go on; null if it may. Asked before anything that the call carries is read.
   *
   * @param caller the id of the calling worker
   * @param called what the call is for
   * @param value the target of the call, if it has one
   */
  @Nullable RefusedException objection(
      int caller, Called called, CallHead head, @Nullable Object value);

  /**
   * Why a reply that has functions in it must not be read; null if it may.
   *
   * @param callee the id of the worker that was called
   */
  @Nullable RefusedException objectionToFunctionsOf(int callee);
}
