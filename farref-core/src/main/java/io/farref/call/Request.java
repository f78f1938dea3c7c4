package io.farref.call;

import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/**
 * The description of a call before it is made: function, target and timeout.
 *
 * @param function what to ship; null with {@link CallHead#FETCH}
 * @param flags of {@link CallHead}
 * @param targetCreator see {@link CallHead}
 * @param targetNumber see {@link CallHead}
 * @param resultNumber see {@link CallHead}
 * @param holding see {@link CallHead}
 * @param token see {@link CallHead}
 * @param timeoutNanos the timeout; zero is none
 */
public record Request(
    @Nullable Object function,
    int flags,
    int targetCreator,
    long targetNumber,
    long resultNumber,
    long holding,
    long token,
    long timeoutNanos) {
  /** A local flag, not sent: the caller is going to wait for the call. */
  public static final int AWAITED = 1 << 8;

  private static final int SENT = AWAITED - 1;

  /** A call of a function on a worker. */
  public static Request onWorker(Object function, int flags, long timeoutNanos) {
    return new Request(function, flags, 0, 0, 0, 0, 0, timeoutNanos);
  }

  /** A call of a function on a value; with {@link CallHead#FETCH} a null function. */
  public static Request onValue(
      @Nullable Object function, int flags, int creator, long number, long timeoutNanos) {
    return new Request(function, flags | CallHead.TARGET, creator, number, 0, 0, 0, timeoutNanos);
  }

  /** The same call, with a result that becomes a value at the callee. */
  public Request creating(long number, long newHolding, long newToken) {
    return new Request(
        function,
        flags | CallHead.CREATE,
        targetCreator,
        targetNumber,
        number,
        newHolding,
        newToken,
        timeoutNanos);
  }

  public CallHead head(long callId, long remainingNanos) {
    return new CallHead(
        flags & SENT | (remainingNanos == 0 ? 0 : CallHead.DEADLINE),
        callId,
        remainingNanos,
        targetCreator,
        targetNumber,
        resultNumber,
        holding,
        token);
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
