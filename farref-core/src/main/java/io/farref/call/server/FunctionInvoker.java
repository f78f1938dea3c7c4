package io.farref.call.server;

import io.farref.RemoteCallable;
import io.farref.RemoteConsumer;
import io.farref.RemoteFunction;
import io.farref.RemoteRunnable;
import io.farref.bytes.MalformedException;
import io.farref.call.Failures;
import io.farref.wire.CallHead;
import io.farref.wire.ReplyHead;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Invokes a shipped function, with or without the target value, as the caller's verb requires. */
final class FunctionInvoker {
  private FunctionInvoker() {}

  /** Tells the outcome of the stage that a function returned. */
  static void whenEnded(CompletionStage<?> last, DuplicateCallCache.Listener listener) {
    try {
      last.whenComplete(
          (value, failure) -> {
            if (failure != null) {
              listener.ended(ReplyHead.THROWN, Failures.ofStage(failure));
            } else {
              listener.ended(0, value);
            }
          });
    } catch (RuntimeException | Error e) { // the stage may be of a class of the user's
      listener.ended(ReplyHead.THROWN, e);
    }
  }

  @SuppressWarnings("unchecked") // the verb's signature has checked it at the caller
  static @Nullable Object invoke(@Nullable Object function, CallHead head, @Nullable Object target)
      throws Exception {
    boolean onValue = head.has(CallHead.TARGET);
    boolean isVoid = head.has(CallHead.VOID);
    return switch (function) {
      case RemoteConsumer<?, ?> consumer when onValue && isVoid -> {
        ((RemoteConsumer<@Nullable Object, ?>) consumer).accept(target);
        yield null;
      }
      case RemoteFunction<?, ?, ?> fn when onValue && !isVoid ->
          ((RemoteFunction<@Nullable Object, ?, ?>) fn).apply(target);
      case RemoteRunnable<?> runnable when !onValue && isVoid -> {
        runnable.run();
        yield null;
      }
      case RemoteCallable<?, ?> callable when !onValue && !isVoid -> callable.call();
      case null, default ->
          throw new MalformedException(
              "a call whose function is "
                  + (function == null ? "null" : "a " + function.getClass().getName()));
    };
  }
}
