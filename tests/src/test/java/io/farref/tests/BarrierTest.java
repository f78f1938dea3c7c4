package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Deadline;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.WorkerClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Barriers of several threads, and with an end. Worker a has the coordinator. */
@Timeout(60)
class BarrierTest extends TwoWorkers {
  private static final Duration SHORT = Duration.ofMillis(50);

  /** A call of barrier() on a thread of its own. */
  private static final class Call {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    final Thread thread;

    Call(Worker worker, int times) {
      thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < times; i++) {
                        worker.barrier();
                      }
                      done.complete(null);
                    } catch (Throwable e) {
                      done.completeExceptionally(e);
                    }
                  });
    }

    static Call waiting(Worker worker) {
      Call call = new Call(worker, 1);
      eventually(
          () ->
              assertThat(call.thread.getState())
                  .isIn(Thread.State.WAITING, Thread.State.TIMED_WAITING));
      return call;
    }

    void ends() throws Exception {
      done.get(20, TimeUnit.SECONDS);
    }

    void stillWaits() {
      assertThatThrownBy(() -> done.get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
    }

    Throwable failure() {
      assertThat(done).failsWithin(Duration.ofSeconds(20));
      return done.exceptionNow();
    }
  }

  private static void outOfTime(Worker worker) {
    assertThatThrownBy(() -> Deadline.within(SHORT).run(worker::barrier))
        .isInstanceOf(RpcTimeoutException.class)
        .hasMessageContaining("barrier() of worker " + worker.name());
  }

  @Test
  void twoThreadsOfEachWorkerMeetInTwoBarriers() throws Exception {
    Call first = Call.waiting(a);
    Call second = Call.waiting(a);
    b.barrier();
    CompletableFuture.anyOf(first.done, second.done).get(20, TimeUnit.SECONDS);
    (first.done.isDone() ? second : first).stillWaits();
    b.barrier();
    first.ends();
    second.ends();
  }

  @Test
  void equallyManyCallsOnAnyThreadsOfEachWorkerAllEnd() throws Exception {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(new Call(a, 10));
    }
    for (int i = 0; i < 3; i++) {
      calls.add(new Call(b, 20));
    }
    for (Call each : calls) {
      each.ends();
    }
  }

  @Test
  void aCallMoreThanTheOthersMadeWaitsForTheirNextOrForTheDeadline() throws Exception {
    Call first = Call.waiting(b);
    Call second = Call.waiting(b);
    a.barrier();
    CompletableFuture.anyOf(first.done, second.done).get(20, TimeUnit.SECONDS);
    outOfTime(b); // behind the one that waits
    a.barrier();
    first.ends();
    second.ends();
  }

  @Test
  void aThreadTakesThePlaceOfOneThatWasInterrupted() throws Exception {
    for (Worker worker : List.of(a, b)) {
      Worker other = worker == a ? b : a;
      Call first = Call.waiting(worker);
      Call second = Call.waiting(worker);
      first.thread.interrupt();
      assertThat(first.failure()).isInstanceOf(RpcCancelledException.class);
      second.stillWaits();
      other.barrier();
      second.ends();
    }
  }

  @Test
  void aThreadThatIsInterruptedBehindAnotherHasNotArrived() throws Exception {
    Call first = Call.waiting(b);
    Call second = Call.waiting(b);
    second.thread.interrupt();
    assertThat(second.failure())
        .isInstanceOf(RpcCancelledException.class)
        .extracting(e -> ((RpcException) e).execution())
        .isEqualTo(Execution.NOT_EXECUTED);
    a.barrier();
    first.ends();
    Call next = Call.waiting(a);
    next.stillWaits();
    b.barrier();
    next.ends();
  }

  @Test
  void aCallThatEndedAtItsDeadlineHoldsUpNobodyAndTheNextTakesItsPlace() throws Exception {
    for (Worker worker : List.of(a, b)) {
      Worker other = worker == a ? b : a;
      outOfTime(worker);
      outOfTime(worker);
      other.barrier();
      worker.barrier();
      Call next = Call.waiting(other);
      next.stillWaits();
      worker.barrier();
      next.ends();
    }
  }

  @Test
  void aDeadlineThatHasPassedEndsABarrierBeforeItBegins() throws Exception {
    assertThatThrownBy(() -> Deadline.within(Duration.ZERO).run(b::barrier))
        .isInstanceOf(RpcTimeoutException.class)
        .extracting(e -> ((RpcException) e).execution())
        .isEqualTo(Execution.NOT_EXECUTED);
    Call other = Call.waiting(a);
    other.stillWaits();
    b.barrier();
    other.ends();
  }

  @Test
  void aBarrierInACallEndsAtTheDeadlineOfTheCall() {
    assertThatThrownBy(() -> toB.withTimeout(SHORT).runSync(() -> Worker.current().barrier()))
        .isInstanceOf(RpcTimeoutException.class);
    a.barrier(); // b has called it
  }

  @Test
  void aClosedWorkerEndsTheBarriersOfAllItsThreads() {
    Call first = Call.waiting(b);
    Call second = Call.waiting(b);
    b.closeNow();
    assertThat(List.of(first.failure(), second.failure()))
        .allSatisfy(e -> assertThat(e).isInstanceOf(WorkerClosedException.class));
  }
}
