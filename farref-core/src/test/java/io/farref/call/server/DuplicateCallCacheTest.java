package io.farref.call.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.call.DedupCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The callee's cache of calls with at-most-once semantics. */
class DuplicateCallCacheTest {
  private final DuplicateCallCache recent = new DuplicateCallCache(3, "b");
  private final List<Object> outcomes = new ArrayList<>();

  private static DedupCall attempt(long number, long over, boolean isFirst) {
    return new DedupCall(number, over, isFirst, "function");
  }

  private DuplicateCallCache.Entry run(long number, Object outcome) {
    DuplicateCallCache.Entry run = recent.enter(attempt(number, 1, true), this);
    assertThat(run.isRunBy(this)).isTrue();
    run.end(0, outcome);
    return run;
  }

  @Test
  void aFurtherAttemptGetsTheOutcomeOfTheAttemptThatRan() {
    run(1, "one");
    DuplicateCallCache.Entry again = recent.enter(attempt(1, 1, false), new Object());
    assertThat(again.isRunBy(this)).isTrue();
    again.whenOver((flags, outcome) -> outcomes.add(outcome));
    assertThat(outcomes).containsExactly("one");
  }

  @Test
  void theLastFurtherAttemptWaitsForTheAttemptThatRuns() {
    DuplicateCallCache.Entry run = recent.enter(attempt(1, 1, true), this);
    for (int i = 1; i <= 3; i++) {
      Object asking = new Object();
      String name = "attempt " + i;
      DuplicateCallCache.Entry same = recent.enter(attempt(1, 1, false), asking);
      assertThat(same.isRunBy(asking)).isFalse();
      same.whenOver(
          (flags, outcome) ->
              outcomes.add(
                  name + (outcome instanceof RpcTimeoutException ? " is superseded" : outcome)));
    }
    assertThat(outcomes).containsExactly("attempt 1 is superseded", "attempt 2 is superseded");
    run.end(2, " has it");
    assertThat(outcomes).hasSize(3).contains("attempt 3 has it");
  }

  @Test
  void anAttemptThatOvertakesTheFirstRunsInItsPlace() {
    Object second = new Object();
    assertThat(recent.enter(attempt(5, 5, false), second).isRunBy(second)).isTrue();
    assertThat(recent.enter(attempt(5, 5, true), this).isRunBy(second)).isTrue();
  }

  @Test
  void aCallIsForgottenWhenItsCallerSaysThatItIsOver() {
    run(1, "one");
    run(2, "two");
    recent.enter(attempt(3, 3, true), this);
    assertThat(recent.size()).isOne();
  }

  @Test
  void anAttemptThatComesAfterTheCallIsOverDoesNotRun() {
    run(1, "one");
    recent.enter(attempt(3, 2, true), this);
    assertThatThrownBy(() -> recent.enter(attempt(1, 1, false), this))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED));
  }

  @Test
  void aRunningCallIsNotForgotten() {
    for (int i = 1; i <= 10; i++) {
      recent.enter(attempt(i, 1, true), this);
    }
    recent.enter(attempt(11, 11, true), this);
    assertThat(recent.size()).isEqualTo(11);
  }

  @Test
  void anEvictedCallIsRefusedRatherThanRunAgain() {
    for (int i = 1; i <= 10; i++) {
      run(i, i);
    }
    assertThat(recent.size()).isEqualTo(3);
    assertThatThrownBy(() -> recent.enter(attempt(7, 1, false), this))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED);
              assertThat(e.isOverload()).isFalse();
            })
        .hasMessageContainingAll("worker b", "maxRecentCalls is 3");
    recent
        .enter(attempt(8, 1, false), new Object())
        .whenOver((flags, outcome) -> outcomes.add(outcome));
    assertThat(outcomes).containsExactly(8);
    assertThat(recent.enter(attempt(2, 1, true), outcomes).isRunBy(outcomes))
        .as("one that came late, but certainly for the first time")
        .isTrue();
  }
}
