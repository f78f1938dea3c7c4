package io.farref.call.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.Retry;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.WorkerLostException;
import io.farref.call.Side;
import io.farref.call.TwoEnds;
import io.farref.observe.Meters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which failures are followed by another attempt, and after which pause. Time is simulated. */
class RetriedCallTest {
  private static final Retry POLICY =
      Retry.DEFAULT
          .withPauses(Duration.ofMillis(10), Duration.ofMillis(100))
          .withGrowth(2, 0)
          .withAttempts(6);

  private final List<Long> pauses = new ArrayList<>();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private final List<RuntimeException> failures = new ArrayList<>();
  private final Meters meters = new Meters();
  private Consumer<Throwable> lastOnFailure = _ -> {};
  private boolean replaceable;
  private int attempts;

  /** A callee that no attempt reaches. */
  private final class Nowhere implements CallTarget {
    @Override
    public CallOptions options() {
      return CallOptions.once(0);
    }

    @Override
    public ClientConnection connection() {
      RuntimeException next = failures.get(Math.min(attempts, failures.size() - 1));
      attempts++;
      throw next;
    }

    @Override
    public <R extends @Nullable Object> PendingCall<R> send(
        @Nullable ClientConnection on, @Nullable Object function, int flags, long limitNanos) {
      throw new AssertionError("there is no connection");
    }

    @Override
    public Meters meters() {
      return meters;
    }

    @Override
    public boolean mayBeReplaced() {
      return replaceable;
    }
  }

  private RetriedCall<Integer> start(Retry policy, Duration timeout) {
    return new RetriedCall<Integer>(
            new Nowhere(),
            policy,
            "function",
            0,
            timeout.toNanos(),
            (nanos, task, onFailure) -> {
              pauses.add(TimeUnit.NANOSECONDS.toMillis(nanos));
              later.add(task);
              lastOnFailure = onFailure;
            })
        .start();
  }

  private RetriedCall<Integer> run(Retry policy, Duration timeout) {
    RetriedCall<Integer> call = start(policy, timeout);
    while (!later.isEmpty()) {
      later.remove().run();
    }
    assertThat(call).isCompletedExceptionally();
    assertThat(meters.retriedCalls).hasValue(0);
    return call;
  }

  @Test
  void aThreadThatFailsBetweenTwoAttemptsEndsTheCall() {
    failures.add(overload(1));
    RetriedCall<Integer> call = start(POLICY, Duration.ofMinutes(1));
    assertThat(later).hasSize(1);
    Error injected = new OutOfMemoryError("injected");
    lastOnFailure.accept(injected);
    assertThat(call).isCompletedExceptionally();
    assertThatThrownBy(call::join).hasCause(injected);
    assertThat(meters.retriedCalls).hasValue(0);
  }

  @Test
  void theTimerTellsOfATaskThatThrows() throws Exception {
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    Error injected = new StackOverflowError("injected");
    RetriedCall.Timer.VIRTUAL.after(
        1,
        () -> {
          throw injected;
        },
        told::complete);
    assertThat(told.get(20, TimeUnit.SECONDS)).isSameAs(injected);
  }

  @Test
  void anAttemptThatBeginsAsTheCallEndsIsNotSent() {
    TwoEnds ends = new TwoEnds(Side.of("caller"), Side.of("callee"));
    AtomicReference<RetriedCall<Integer>> made = new AtomicReference<>();
    CallTarget callee =
        new CallTarget() {
          @Override
          public CallOptions options() {
            return CallOptions.once(0);
          }

          @Override
          public ClientConnection connection() {
            if (attempts++ == 0) {
              throw overload(1);
            }
            made.get().complete(7); // another attempt's reply, at this very moment
            return ends.client;
          }

          @Override
          public <R extends @Nullable Object> PendingCall<R> send(
              @Nullable ClientConnection on,
              @Nullable Object function,
              int flags,
              long limitNanos) {
            throw new AssertionError("it would run again");
          }

          @Override
          public Meters meters() {
            return meters;
          }

          @Override
          public boolean mayBeReplaced() {
            return false;
          }
        };
    made.set(new RetriedCall<>(callee, POLICY, "function", 0, 0, (_, task, _) -> later.add(task)));
    made.get().start();
    later.remove().run();
    assertThat(attempts).isEqualTo(2);
    assertThat(made.get()).isCompletedWithValue(7);
    ends.close();
  }

  private static RefusedException overload(int n) {
    return new RefusedException("overload " + n, null, Execution.NOT_EXECUTED, true);
  }

  @Test
  void pausesGrowUpToTheLongest() {
    failures.add(overload(1));
    RetriedCall<Integer> call = run(POLICY, Duration.ZERO);
    assertThat(attempts).isEqualTo(6);
    assertThat(pauses).containsExactly(10L, 20L, 40L, 80L, 100L);
    assertThat(call).isCompletedExceptionally();
  }

  @Test
  void jitterShortensPausesAndNeverLengthensThem() {
    failures.add(overload(1));
    run(POLICY.withGrowth(1, 0.5).withAttempts(200), Duration.ZERO);
    assertThat(pauses).hasSize(199).allMatch(pause -> pause >= 5 && pause <= 10);
    assertThat(pauses.stream().distinct().count()).isGreaterThan(2);
  }

  @Test
  void theLastFailureIsThrownWithTheEarlierOnesSuppressed() {
    for (int i = 1; i <= 3; i++) {
      failures.add(overload(i));
    }
    RetriedCall<Integer> call = run(POLICY.withAttempts(3), Duration.ZERO);
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isSameAs(failures.get(2));
    assertThat(failures.get(2).getSuppressed()).containsExactly(failures.get(0), failures.get(1));
  }

  @Test
  void noPauseBeginsThatWouldOutlastTheDeadline() {
    failures.add(overload(1));
    Retry patient = POLICY.withPauses(Duration.ofHours(1), Duration.ofHours(1));
    RetriedCall<Integer> call = run(patient, Duration.ofMinutes(5));
    assertThat(attempts).isOne();
    assertThat(pauses).isEmpty();
    assertThatThrownBy(call::join).hasCause(failures.getFirst());
  }

  @Test
  void aCallThatIsCancelledInAPauseMakesNoOtherAttempt() {
    failures.add(overload(1));
    RetriedCall<Integer> call = start(POLICY, Duration.ZERO);
    call.cancel(true);
    later.remove().run();
    assertThat(attempts).isOne();
  }

  private int attemptsAfter(RuntimeException failure, Retry policy) {
    failures.clear();
    failures.add(failure);
    attempts = 0;
    run(policy.withAttempts(2), Duration.ZERO);
    return attempts;
  }

  @Test
  void onlyTransientFailuresAreRetried() {
    Execution not = Execution.NOT_EXECUTED;
    assertThat(attemptsAfter(overload(1), POLICY)).isEqualTo(2);
    assertThat(attemptsAfter(new RpcTimeoutException("late", not), POLICY)).isEqualTo(2);
    List<RuntimeException> forEver =
        List.of(
            new RefusedException("not allowed", not),
            new UnknownMethodException("none", not),
            new io.farref.EncodingException("no", not),
            new io.farref.WorkerClosedException("closed", not),
            new io.farref.RpcCancelledException("interrupted", not),
            new IllegalStateException("of the user"),
            new RpcTimeoutException("of what the callee called", Execution.EXECUTED));
    Retry idempotent = POLICY.withIdempotent(true);
    for (RuntimeException each : forEver) {
      assertThat(attemptsAfter(each, idempotent)).as(each.toString()).isOne();
    }
  }

  @Test
  void aLostWorkerIsRetriedIfAnotherMayTakeItsNameAndNothingRunsTwice() {
    RpcException before = new WorkerLostException("lost", Execution.NOT_EXECUTED);
    RpcException during = new WorkerLostException("lost", Execution.MAYBE_EXECUTED);
    Retry idempotent = POLICY.withIdempotent(true);
    assertThat(attemptsAfter(before, idempotent)).as("for good").isOne();
    replaceable = true;
    assertThat(attemptsAfter(before, POLICY)).isEqualTo(2);
    assertThat(attemptsAfter(during, POLICY)).isOne();
    assertThat(attemptsAfter(during, idempotent)).isEqualTo(2);
  }
}
