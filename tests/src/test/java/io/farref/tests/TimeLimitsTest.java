package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timeouts, interrupts, cancelling. */
class TimeLimitsTest extends TwoWorkers {
  private static volatile CountDownLatch gate = new CountDownLatch(1);
  private static volatile CountDownLatch entered = new CountDownLatch(1);

  @BeforeEach
  void shut() {
    gate = new CountDownLatch(1);
    entered = new CountDownLatch(1);
  }

  @AfterEach
  void open() {
    gate.countDown();
  }

  private static int blocked() throws InterruptedException {
    entered.countDown();
    gate.await();
    return 1;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 300_000, 1_000_000, 50_000_000})
  void aSyncCallEndsAtItsTimeout(long nanos) {
    Peer hasty = toB.withTimeout(Duration.ofNanos(nanos));
    long start = System.nanoTime();
    Throwable caught = catchThrowable(() -> hasty.rpcSync(TimeLimitsTest::blocked));
    long took = System.nanoTime() - start;
    assertThat(caught)
        .isInstanceOfSatisfying(
            RpcTimeoutException.class,
            e -> assertThat(e.execution()).isNotEqualTo(Execution.EXECUTED));
    assertThat(took).isBetween(nanos, nanos + TimeUnit.SECONDS.toNanos(5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 300_000, 1_000_000, 50_000_000})
  void anAsyncCallFailsItsFutureAtItsTimeout(long nanos) {
    Peer hasty = toB.withTimeout(Duration.ofNanos(nanos));
    long start = System.nanoTime();
    CompletableFuture<Integer> f = hasty.rpcAsync(TimeLimitsTest::blocked);
    assertThatThrownBy(() -> f.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(RpcTimeoutException.class);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
  }

  @Test
  void theMessageOfATimeoutNamesBothWorkersAndTheTimeout() {
    assertThatThrownBy(
            () -> toB.withTimeout(Duration.ofMillis(20)).rpcSync(TimeLimitsTest::blocked))
        .isInstanceOf(RpcTimeoutException.class)
        .hasMessageContainingAll("worker b", "worker a", "20 ms");
  }

  @Test
  void anEarlyDeadlineWakesTheSweeperThatWaitsForALateOne() {
    CompletableFuture<Integer> late =
        toB.withTimeout(Duration.ofMinutes(9)).rpcAsync(TimeLimitsTest::blocked);
    CompletableFuture<Integer> early =
        toB.withTimeout(Duration.ofMillis(5)).rpcAsync(TimeLimitsTest::blocked);
    assertThatThrownBy(() -> early.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(RpcTimeoutException.class);
    assertThat(late).isNotDone();
    gate.countDown();
    assertThat(late.join()).isEqualTo(1);
  }

  @Test
  void zeroIsNoTimeoutAndANegativeOneIsRejected() {
    CompletableFuture<Boolean> limited =
        toB.withTimeout(Duration.ZERO).rpcAsync(TimeLimitsTest::hasDeadline);
    assertThat(limited.join()).isFalse();
    assertThatThrownBy(() -> toB.withTimeout(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.000000001S");
    try (RRef<String> reference = a.rref("x")) {
      assertThatThrownBy(() -> reference.withTimeout(Duration.ofDays(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Worker.builder().rpcTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(toB.withTimeout(Duration.ofSeconds(Long.MAX_VALUE)).rpcSync(() -> 1)).isEqualTo(1);
  }

  /** Whether a call made from here has a deadline within an hour. */
  private static boolean hasDeadline() {
    return io.farref.exec.CallContext.current().deadline() != io.farref.time.Deadlines.NONE;
  }

  @Test
  void theDefaultTimeoutOfTheWorkerAppliesUnlessOverridden() {
    try (LocalGroup hasty =
        LocalGroup.builder()
            .configure(worker -> worker.rpcTimeout(Duration.ofMillis(30)))
            .start("c", "d")) {
      Peer toD = hasty.worker("c").peer("d");
      assertThatThrownBy(() -> toD.rpcSync(TimeLimitsTest::blocked))
          .isInstanceOf(RpcTimeoutException.class)
          .hasMessageContaining("30 ms");
      try (RRef<String> there = toD.withTimeout(Duration.ZERO).remote(() -> "x")) {
        assertThatThrownBy(() -> there.rpcSync(x -> TimeLimitsTest.blocked()))
            .as("a reference has the worker's default, not the timeout of its creation")
            .isInstanceOf(RpcTimeoutException.class);
      }
      gate.countDown();
    }
  }

  @Test
  void nestedCallsInheritTheDeadline() {
    Peer hasty = toB.withTimeout(Duration.ofMillis(300));
    long start = System.nanoTime();
    Throwable inner =
        hasty
            .<Throwable>rpcAsync(
                () -> {
                  try {
                    Worker.current()
                        .peer("a")
                        .withTimeout(Duration.ofMinutes(5))
                        .rpcSync(TimeLimitsTest::blocked);
                  } catch (RpcTimeoutException | RpcCancelledException e) {
                    innermost.set(e); // its own deadline, or cancelled by the caller just before
                  }
                  gate.await(); // the caller's own deadline ends it
                  return null;
                })
            .handle((value, failure) -> failure)
            .join();
    eventually(() -> assertThat(innermost.get()).isNotNull());
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
    assertThat(inner).isInstanceOf(RpcTimeoutException.class);
    assertThat(innermost.getAndSet(null)).hasMessageContaining("worker b");
  }

  private static final AtomicReference<Throwable> innermost = new AtomicReference<>();

  @Test
  void aCallWithinACallPastItsDeadlineIsNotMade() {
    CompletableFuture<Integer> outer =
        toB.withTimeout(Duration.ofMillis(20))
            .rpcAsync(
                () -> {
                  passGateInSpiteOfInterrupts();
                  awaitDeadline();
                  try {
                    return Worker.current().peer("a").rpcSync(() -> 1);
                  } catch (RpcTimeoutException e) {
                    innermost.set(e);
                    throw e;
                  }
                });
    assertThatThrownBy(outer::join).hasCauseInstanceOf(RpcTimeoutException.class);
    long before = b.stats().callsSent();
    gate.countDown();
    eventually(() -> assertThat(innermost.get()).isNotNull());
    assertThat(innermost.getAndSet(null))
        .isInstanceOfSatisfying(
            RpcTimeoutException.class, e -> assertThat(e.safeToRetry()).isTrue());
    assertThat(b.stats().callsSent()).isEqualTo(before);
  }

  private static void passGateInSpiteOfInterrupts() {
    boolean interrupted = false;
    while (gate.getCount() > 0) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The timeout begins again on arrival, so the caller's deadline is a little earlier. */
  private static void awaitDeadline() {
    long deadline = io.farref.exec.CallContext.current().deadline();
    while (deadline - System.nanoTime() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void interruptingASyncCallCancelsItAndKeepsTheFlag() throws Exception {
    AtomicReference<Throwable> caught = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Peer peer = toB;
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  caught.set(catchThrowable(() -> peer.rpcSync(TimeLimitsTest::blocked)));
                  flag.set(Thread.currentThread().isInterrupted());
                });
    entered.await();
    waiting.interrupt();
    waiting.join();
    assertThat(caught.get())
        .isInstanceOfSatisfying(
            RpcCancelledException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED))
        .hasMessageContaining("worker b");
    assertThat(flag).isTrue();
    assertThat(a.stats().callsPending()).isZero();
    eventually(() -> assertThat(b.stats().callsRunning()).as("abandoned").isZero());
  }

  @Test
  void anInterruptedThreadCanSendAndListenButNotWait() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> toB.rpcSync(TimeLimitsTest::blocked))
          .isInstanceOf(RpcCancelledException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      CompletableFuture<Integer> f = toB.rpcAsync(() -> 7);
      while (!f.isDone()) {
        Thread.onSpinWait();
      }
      assertThat(f).isCompletedWithValue(7);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // the test checks the effect of the callback
  void anInterruptFlagLeftByUserCodeReachesNoOtherCallOrCallback() {
    for (int i = 0; i < 20; i++) {
      toB.runSync(() -> Thread.currentThread().interrupt());
      assertThat(
              toB.<Boolean, RuntimeException>rpcSync(() -> Thread.currentThread().isInterrupted()))
          .isFalse();
      toB.rpcAsync(() -> 1).thenRun(() -> Thread.currentThread().interrupt());
      AtomicReference<Boolean> flag = new AtomicReference<>();
      toB.rpcAsync(() -> 1)
          .thenRun(
              () -> {
                if (!Thread.currentThread().getName().contains("-read-")) {
                  flag.set(false); // already done: this thread runs it
                } else {
                  flag.set(Thread.currentThread().isInterrupted());
                }
              });
      eventually(() -> assertThat(flag.get()).isNotNull());
      assertThat(flag.get()).isFalse();
      Thread.interrupted();
    }
  }

  @Test
  void cancellingAFutureAbandonsTheCallAtTheCallee() throws Exception {
    CompletableFuture<Integer> f = toB.rpcAsync(TimeLimitsTest::blocked);
    entered.await();
    assertThat(b.stats().callsRunning()).isOne();
    assertThat(f.cancel(true)).isTrue();
    assertThat(a.stats().callsPending()).isZero();
    eventually(() -> assertThat(b.stats().callsRunning()).isZero());
    assertThat(f).isCancelled();
  }

  @Test
  void aCallCancelledBeforeItStartsNeverRuns() throws Exception {
    try (RRef<Integer> slow = toB.remote(TimeLimitsTest::blocked)) {
      CompletableFuture<Void> f = slow.runAsync(n -> ran.set(true));
      entered.await();
      f.cancel(false);
      toB.rpcSync(() -> 1); // behind the cancellation
      gate.countDown();
      slow.toHere();
      eventually(() -> assertThat(b.stats().callsRunning()).isZero());
      toB.rpcSync(() -> 1);
      assertThat(ran).isFalse();
    } finally {
      ran.set(false);
    }
  }

  private static final AtomicBoolean ran = new AtomicBoolean();

  @Test
  void orTimeoutOnTheFutureEndsTheCallToo() throws Exception {
    CompletableFuture<Integer> f =
        toB.<Integer>rpcAsync(TimeLimitsTest::blocked).orTimeout(1, TimeUnit.MILLISECONDS);
    assertThatThrownBy(f::join).hasCauseInstanceOf(TimeoutException.class);
    eventually(() -> assertThat(a.stats().callsPending()).isZero());
    eventually(() -> assertThat(b.stats().callsRunning()).isZero());
    CompletableFuture<Integer> g = toB.rpcAsync(TimeLimitsTest::blocked);
    g.complete(3);
    assertThat(a.stats().callsPending()).isZero();
    eventually(() -> assertThat(b.stats().callsRunning()).isZero());
  }

  @Test
  void aLateReplyFailsNoOtherCall() {
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(
              () -> toB.withTimeout(Duration.ofNanos(100_000)).rpcSync(TimeLimitsTest::blocked))
          .isInstanceOf(RpcTimeoutException.class);
    }
    gate.countDown();
    assertThat(toB.rpcSync(() -> 5)).isEqualTo(5);
  }

  @Test
  void aReferenceInALateReplyIsNotLeaked() {
    CompletableFuture<RRef<String>> f =
        toB.rpcAsync(
            () -> {
              entered.countDown();
              gate.await();
              return Worker.current().rref("late");
            });
    assertThat(catchThrowable(() -> entered.await())).isNull();
    f.cancel(true);
    gate.countDown();
    toB.rpcSync(() -> 1);
    eventually(
        () -> {
          System.gc(); // b's function dropped its own handle
          assertThat(b.stats().valuesOwned()).isZero();
        });
    assertThat(a.stats().referencesHeld()).isZero();
  }

  @Test
  void aCreationThatTimesOutFailsEveryUse() {
    try (RRef<Integer> never =
        toB.withTimeout(Duration.ofMillis(20)).remote(TimeLimitsTest::blocked)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(never::toHere).isInstanceOf(RpcTimeoutException.class);
        assertThatThrownBy(() -> never.rpcSync(n -> n + 1))
            .isInstanceOf(RpcTimeoutException.class)
            .isInstanceOfSatisfying(
                RpcException.class,
                e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED)); // the use
      }
    }
  }
}
