package io.farref.call.client;

import io.farref.Retry;
import io.farref.call.Request;
import io.farref.wire.CallHead;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The call verbs that {@link io.farref.Peer} and {@link io.farref.RRef} have in common. */
public final class Verbs {
  private Verbs() {}

  /**
   * Calls and waits for the outcome.
   *
   * @param function the function to ship; null with {@link CallHead#FETCH} only
   * @param flags of {@link CallHead}
   * @throws X what the called code threw, or a failure of the call
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the type of the function differs by verb
  public static <R extends @Nullable Object, X extends Exception> R sync(
      CallTarget target, @Nullable Object function, int flags) throws X {
    check(function, flags);
    CallOptions options = target.options();
    Retry retry = options.retry();
    return retry == null
        ? target.<R>send(null, function, flags | Request.AWAITED, options.timeoutNanos()).<X>await()
        : RetriedCall.<R>awaited(target, retry, function, flags, options.timeoutNanos()).<X>await();
  }

  /** Calls and returns at once; every failure is in the future. */
  public static <R extends @Nullable Object> CompletableFuture<R> async(
      CallTarget target, @Nullable Object function, int flags) {
    try {
      check(function, flags);
      CallOptions options = target.options();
      Retry retry = options.retry();
      return retry == null
          ? target.send(null, function, flags, options.timeoutNanos())
          : RetriedCall.async(target, retry, function, flags, options.timeoutNanos());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void check(@Nullable Object function, int flags) {
    if ((flags & CallHead.FETCH) == 0) {
      Objects.requireNonNull(function, "fn");
    }
  }
}
