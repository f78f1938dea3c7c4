package io.farref.call.client;

import io.farref.call.Request;
import io.farref.exec.CallContext;
import io.farref.exec.CurrentDeadline;
import io.farref.time.Deadlines;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/** Computes the deadline of a call that is about to be made. */
final class CallDeadline {
  private CallDeadline() {}

  /**
   * The end of the request's timeout, or the current deadline if that is earlier. The library's own
   * calls obey their timeout only.
   *
   * @param own the end of the request's timeout
   * @param context the call that makes this one, if any
   */
  static long of(Request request, long own, @Nullable CallContext context) {
    return request.has(CallHead.SYSTEM)
        ? own
        : Deadlines.earlier(own, CurrentDeadline.within(context));
  }

  /** The time until the deadline: exactly the request's timeout if that determines it. */
  static long timeout(Request request, long own, long deadline) {
    return deadline == own ? request.timeoutNanos() : deadline - System.nanoTime();
  }

  /** Whether a call with this deadline and timeout ends before it begins. */
  static boolean isPast(long deadline, long timeoutNanos) {
    return deadline != Deadlines.NONE && timeoutNanos <= 0;
  }
}
