package io.farref.call.client;

import io.farref.call.Request;
import io.farref.exec.CallContext;
import io.farref.exec.CurrentDeadline;
import io.farref.time.Deadlines;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/**
 * When a call that is about to be made ends. Lives for one method only, so that it costs no
 * allocation.
 *
 * @param deadline the {@link System#nanoTime}, or {@link Deadlines#NONE}
 * @param timeoutNanos how long that is from now; zero if there is none
 */
record CallDeadline(long deadline, long timeoutNanos) {
  /**
   * The end of the request's timeout, or the current deadline if that is earlier. The library's own
   * calls obey their timeout only.
   *
   * @param context the call that makes this one, if any
   */
  static CallDeadline of(Request request, @Nullable CallContext context) {
    long own = Deadlines.after(request.timeoutNanos());
    long deadline =
        request.has(CallHead.SYSTEM)
            ? own
            : Deadlines.earlier(own, CurrentDeadline.within(context));
    return new CallDeadline(
        deadline, deadline == own ? request.timeoutNanos() : deadline - System.nanoTime());
  }

  /** Whether the call ends before it begins. */
  boolean isPast() {
    return deadline != Deadlines.NONE && timeoutNanos <= 0;
  }
}
