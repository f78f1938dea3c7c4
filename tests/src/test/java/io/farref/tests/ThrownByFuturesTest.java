package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.farref.Idempotent;
import io.farref.RRef;
import io.farref.Retry;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The called code throws what a future gives a meaning of its own: it arrives as itself. */
class ThrownByFuturesTest extends TwoWorkers {
  private static final class Abandoned extends CancellationException {
    private static final long serialVersionUID = 1L;
    private final int code = 7;

    Abandoned() {
      super("abandoned");
    }
  }

  private static final class Wrapped extends CompletionException {
    private static final long serialVersionUID = 1L;

    Wrapped(Throwable cause) {
      super("wrapped", cause);
    }
  }

  enum Thrown {
    CANCELLED(CancellationException.class, "my own reason", null),
    ABANDONED(Abandoned.class, "abandoned", null),
    COMPLETION(CompletionException.class, "my message", IOException.class),
    COMPLETION_WITHOUT_CAUSE(CompletionException.class, "alone", null),
    WRAPPED(Wrapped.class, "wrapped", IOException.class),
    JOINED(CompletionException.class, "java.io.IOException: disk", IOException.class),
    EXECUTION(ExecutionException.class, "twice", CompletionException.class);

    private final Class<?> type;
    private final String message;
    private final Class<?> cause;

    Thrown(Class<?> type, String message, Class<?> cause) {
      this.type = type;
      this.message = message;
      this.cause = cause;
    }

    Exception make() {
      IOException disk = new IOException("disk");
      return switch (this) {
        case CANCELLED -> new CancellationException("my own reason");
        case ABANDONED -> new Abandoned();
        case COMPLETION -> new CompletionException("my message", disk);
        case COMPLETION_WITHOUT_CAUSE -> new CompletionException("alone", null);
        case WRAPPED -> new Wrapped(disk);
        case JOINED -> (Exception) catchThrowable(CompletableFuture.failedFuture(disk)::join);
        case EXECUTION -> new ExecutionException("twice", new CompletionException(disk));
      };
    }

    private void check(Throwable arrived) {
      assertThat(arrived).isExactlyInstanceOf(type).hasMessage(message);
      if (cause == null) {
        assertThat(arrived).hasNoCause();
      } else {
        assertThat(arrived.getCause()).isExactlyInstanceOf(cause);
      }
      if (arrived instanceof Abandoned abandoned) {
        assertThat(abandoned.code).isEqualTo(7);
      }
    }

    private void checkFailed(CompletableFuture<?> future) {
      check(failure(future));
    }
  }

  /** What a future failed with; it is not cancelled. */
  private static Throwable failure(CompletableFuture<?> future) {
    ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> future.get());
    Throwable thrown = e.getCause();
    assertThat(future.isCancelled()).isFalse();
    assertThat(future.isCompletedExceptionally()).isTrue();
    assertThat(future.state()).isEqualTo(Future.State.FAILED);
    assertThat(future.exceptionNow()).isSameAs(thrown);
    Throwable joined = catchThrowable(future::join);
    assertThat(joined).isInstanceOf(CompletionException.class);
    assertThat(joined.getCause()).isSameAs(thrown);
    CompletableFuture<?> dependent = future.thenApply(value -> value);
    assertThat(dependent.isCancelled()).isFalse();
    assertThat(catchThrowable(dependent::get).getCause()).isSameAs(thrown);
    return thrown;
  }

  interface Work {
    int fail(Thrown thrown);

    @Idempotent
    int failAgain(Thrown thrown);

    CompletableFuture<Integer> failLater(Thrown thrown);

    default CompletionStage<Integer> failHere(Thrown thrown) {
      throw (RuntimeException) thrown.make();
    }
  }

  @SuppressWarnings("UnusedMethod") // called through the facade
  private static final class Worked {
    int fail(Thrown thrown) throws Exception {
      throw thrown.make();
    }

    int failAgain(Thrown thrown) throws Exception {
      throw thrown.make();
    }

    int failLater(Thrown thrown) throws Exception {
      throw thrown.make();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSyncCallThrowsWhatWasThrown(Thrown thrown) {
    thrown.check(
        catchThrowable(
            () ->
                toB.rpcSync(
                    () -> {
                      throw thrown.make();
                    })));
    thrown.check(
        catchThrowable(
            () ->
                toB.retrying(Retry.DEFAULT)
                    .runSync(
                        () -> {
                          throw thrown.make();
                        })));
    Retry numbered = Retry.DEFAULT.withAttemptTimeout(Duration.ofSeconds(30));
    thrown.check(
        catchThrowable(
            () ->
                toB.retrying(numbered)
                    .rpcSync(
                        () -> {
                          throw thrown.make();
                        })));
    thrown.check(
        catchThrowable(
            () ->
                a.peer("a")
                    .rpcSync(
                        () -> {
                          throw thrown.make();
                        })));
  }

  @ParameterizedTest
  @EnumSource
  void theFutureOfAnAsyncCallFailsWithWhatWasThrownAndIsNotCancelled(Thrown thrown) {
    thrown.checkFailed(
        toB.rpcAsync(
            () -> {
              throw thrown.make();
            }));
    thrown.checkFailed(
        toB.retrying(Retry.DEFAULT.withAttemptTimeout(Duration.ofSeconds(30)))
            .runAsync(
                () -> {
                  throw thrown.make();
                }));
    thrown.checkFailed(
        toB.rpcCompose(
            () -> {
              throw thrown.make();
            }));
  }

  @ParameterizedTest
  @EnumSource
  void everyUseOfAReferenceThrowsWhatItsCreationThrew(Thrown thrown) {
    try (RRef<Integer> there =
        toB.remote(
            () -> {
              throw thrown.make();
            })) {
      thrown.check(catchThrowable(there::toHere));
      thrown.check(catchThrowable(() -> there.rpcSync(n -> n + 1)));
      thrown.checkFailed(there.rpcAsync(n -> n + 1));
      try (RRef<Integer> next = there.remote(n -> n + 1)) {
        thrown.check(catchThrowable(next::toHere));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStageThatFailsWithItFailsTheFutureOfTheCaller(Thrown thrown) {
    Throwable arrived =
        failure(toB.rpcCompose(() -> CompletableFuture.failedFuture(thrown.make())));
    if (thrown == Thrown.JOINED) { // as the JDK wraps the failure of a stage on which one depends
      assertThat(arrived).isExactlyInstanceOf(IOException.class).hasMessage("disk");
    } else {
      thrown.check(arrived);
    }
  }

  @Test
  void aStageThatDependsOnOneThatFailedFailsWithItsFailure() {
    Throwable arrived =
        failure(
            toB.rpcCompose(
                () ->
                    CompletableFuture.failedFuture(new IOException("disk"))
                        .thenApply(value -> value)));
    assertThat(arrived).isExactlyInstanceOf(IOException.class).hasMessage("disk");
  }

  @Test
  void aStageThatTheCalleeCancelledDoesNotCancelTheFutureOfTheCaller() {
    CompletableFuture<Object> future =
        toB.rpcCompose(
            () -> {
              CompletableFuture<Object> stage = new CompletableFuture<>();
              stage.cancel(true);
              return stage;
            });
    assertThat(failure(future)).isExactlyInstanceOf(CancellationException.class);
  }

  @Test
  void aFutureThatItsOwnCallerCancelsIsCancelled() {
    CompletableFuture<Object> future = toB.rpcCompose(() -> new CompletableFuture<Object>());
    assertThat(future.cancel(true)).isTrue();
    assertThat(future.isCancelled()).isTrue();
    assertThat(catchThrowable(future::get)).isInstanceOf(CancellationException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aFacadeThrowsWhatWasThrown(Thrown thrown) {
    try (RRef<Worked> there = toB.remote(Worked::new)) {
      Work work = there.as(Work.class);
      thrown.check(declared(catchThrowable(() -> work.fail(thrown))));
      thrown.check(declared(catchThrowable(() -> work.failAgain(thrown))));
      thrown.check(declared(catchThrowable(() -> there.call("fail", thrown))));
      thrown.checkFailed(work.failLater(thrown));
      thrown.checkFailed(there.callAsync("fail", thrown));
      if (thrown != Thrown.EXECUTION) {
        thrown.checkFailed(work.failHere(thrown).toCompletableFuture());
        thrown.checkFailed(work.failHere(thrown).toCompletableFuture());
      }
    }
  }

  /** A checked exception that a facade does not declare arrives in a wrapper. */
  private static Throwable declared(Throwable thrown) {
    return thrown instanceof UndeclaredThrowableException wrapper ? wrapper.getCause() : thrown;
  }
}
