package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Deadline;
import io.farref.Idempotent;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.Retry;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.FaultyNetwork;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Retried calls, and how often they run. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class RetryTest {
  private static final int MOST_CALLS = 10;
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final AtomicInteger INTERRUPTS = new AtomicInteger();

  private static final Retry QUICK =
      Retry.DEFAULT.withPauses(Duration.ofMillis(1), Duration.ofMillis(1));
  private static final Retry IMPATIENT = QUICK.withAttemptTimeout(Duration.ofMillis(20));

  private final FaultyNetwork network = FaultyNetwork.over(new InProcessTransport());
  private final LocalGroup group =
      LocalGroup.builder()
          .network(network)
          .configure(
              worker ->
                  worker
                      .limits(Limits.DEFAULT.withMaxPendingCalls(MOST_CALLS))
                      .onOverload(Overload.REFUSE))
          .start("a", "b");
  private final Worker a = group.worker("a");
  private final Worker b = group.worker("b");
  private final Peer toB = a.peer("b");

  @BeforeEach
  void reset() {
    Gates.reset();
    RUNS.set(0);
    INTERRUPTS.set(0);
  }

  @AfterEach
  void close() {
    network.everywhere().release();
    Gates.reset();
    Groups.closeEmpty(group);
  }

  private static int runBehindAGate() {
    int run = RUNS.incrementAndGet();
    Gates.pass("run");
    if (Thread.currentThread().isInterrupted()) {
      INTERRUPTS.incrementAndGet();
    }
    return run;
  }

  /** The first run waits for an interrupt, further runs end at once. */
  private static int blockOnce() throws InterruptedException {
    int run = RUNS.incrementAndGet();
    if (run == 1) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        INTERRUPTS.incrementAndGet();
        throw e;
      }
    }
    return run;
  }

  private void awaitAttempts(long served) {
    Groups.eventually("attempts have come", () -> b.stats().callsServed() >= served);
  }

  private void awaitRefusals(long refused) {
    Groups.eventually("refused", () -> a.stats().callsRefused() >= refused);
  }

  // ---- Overload --------------------------------------------------------------------------------

  /** Lets b refuse calls until the gate "run" opens. */
  private List<CompletableFuture<Integer>> fill() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < MOST_CALLS; i++) {
      all.add(toB.rpcAsync(RetryTest::runBehindAGate));
    }
    Groups.eventually("b is full", () -> RUNS.get() == MOST_CALLS);
    return all;
  }

  @Test
  void aCallRefusedForOverloadIsRetried() {
    List<CompletableFuture<Integer>> others = fill();
    assertThatThrownBy(() -> toB.rpcSync(() -> 1))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.isOverload()).isTrue());
    CompletableFuture<Integer> call = toB.retrying(QUICK).rpcAsync(() -> 7);
    awaitRefusals(4);
    assertThat(call).isNotDone();
    Gates.open("run");
    assertThat(call.join()).isEqualTo(7);
    others.forEach(CompletableFuture::join);
  }

  @Test
  void closingWaitsForACallBetweenItsAttempts() {
    List<CompletableFuture<Integer>> others = fill();
    Duration pause = Duration.ofMillis(300);
    CompletableFuture<Integer> call =
        toB.retrying(Retry.DEFAULT.withPauses(pause, pause)).rpcAsync(() -> 7);
    awaitRefusals(1);
    Gates.open("run");
    others.forEach(CompletableFuture::join);
    group.close();
    assertThat(call).isCompletedWithValue(7);
  }

  /** A value with idempotent and other methods. */
  static final class Service {
    int safe() {
      return 1;
    }

    int unsafe() {
      return 2;
    }

    int block() throws InterruptedException {
      return blockOnce();
    }

    int wait1() {
      return runBehindAGate();
    }
  }

  interface Calls {
    @Idempotent
    int safe();

    int unsafe();
  }

  @Idempotent
  interface SafeCalls {
    CompletableFuture<Integer> safe();
  }

  interface Mixed {
    @Idempotent
    int block() throws InterruptedException;

    CompletableFuture<Integer> wait1();
  }

  @Test
  void idempotentMethodsOfAFacadeAreRetriedAutomatically() throws Exception {
    RRef<Service> service = toB.remote(Service::new);
    assertThat((int) service.rpcSync(Service::safe)).isEqualTo(1);
    Calls calls = service.as(Calls.class);
    SafeCalls later = service.as(SafeCalls.class);
    List<CompletableFuture<Integer>> others = fill();
    assertThatThrownBy(calls::unsafe).isInstanceOf(RefusedException.class);
    AtomicReference<Object> sync = new AtomicReference<>();
    Thread calling = Thread.ofPlatform().start(() -> sync.set(calls.safe()));
    CompletableFuture<Integer> async = later.safe();
    awaitRefusals(7);
    assertThat(async).isNotDone();
    Gates.open("run");
    assertThat(async.join()).isEqualTo(1);
    calling.join();
    assertThat(sync.get()).isEqualTo(1);
    others.forEach(CompletableFuture::join);
    service.close();
  }

  @Test
  void aFacadeUsesTheRetryPolicyOfItsReference() throws Exception {
    RRef<Service> service = toB.remote(Service::new);
    Mixed mixed = service.retrying(IMPATIENT).as(Mixed.class);
    assertThat(mixed.block()).as("idempotent: run again").isGreaterThan(1);
    Groups.eventually("interrupted", () -> INTERRUPTS.get() == 1);
    RUNS.set(0);
    long before = b.stats().callsServed();
    CompletableFuture<Integer> once = mixed.wait1();
    awaitAttempts(before + 3);
    Gates.open("run");
    assertThat(once.join()).isEqualTo(1);
    assertThat(RUNS).hasValue(1);
    service.close();
  }

  // ---- Attempts that take too long -------------------------------------------------------------

  @Test
  void aFurtherAttemptWaitsForTheAttemptThatRuns() {
    CompletableFuture<Integer> call = toB.retrying(IMPATIENT).rpcAsync(RetryTest::runBehindAGate);
    awaitAttempts(4);
    Gates.open("run");
    assertThat(call.join()).isEqualTo(1);
    assertThat(RUNS).hasValue(1);
    assertThat(INTERRUPTS).as("runs that were interrupted").hasValue(0);
  }

  @Test
  void aSyncCallIsRetriedLikeAnAsyncOne() throws Exception {
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread calling =
        Thread.ofPlatform()
            .start(() -> outcome.set(toB.retrying(IMPATIENT).rpcSync(RetryTest::runBehindAGate)));
    awaitAttempts(4);
    Gates.open("run");
    calling.join();
    assertThat(outcome.get()).isEqualTo(1);
    assertThat(RUNS).hasValue(1);
  }

  @Test
  void aFurtherAttemptGetsTheOutcomeOfTheAttemptThatRan() {
    toB.runSync(() -> {});
    network.path("b", "a").hold();
    Gates.open("run");
    CompletableFuture<Integer> call = toB.retrying(IMPATIENT).rpcAsync(RetryTest::runBehindAGate);
    awaitAttempts(4);
    network.path("b", "a").release();
    assertThat(call.join()).isEqualTo(1);
    assertThat(RUNS).hasValue(1);
  }

  @Test
  void aStageIsAwaitedByAllAttempts() {
    CompletableFuture<Integer> call =
        toB.retrying(IMPATIENT)
            .rpcCompose(
                () -> {
                  RUNS.incrementAndGet();
                  return CompletableFuture.supplyAsync(
                      () -> {
                        Gates.pass("run");
                        return 5;
                      });
                });
    awaitAttempts(4);
    Gates.open("run");
    assertThat(call.join()).isEqualTo(5);
    assertThat(RUNS).hasValue(1);
  }

  @Test
  void anExceptionOfTheRunIsThrownWhicheverAttemptAsked() {
    CompletableFuture<Void> call =
        toB.retrying(IMPATIENT)
            .runAsync(
                () -> {
                  runBehindAGate();
                  throw new IOException("of the run");
                });
    awaitAttempts(4);
    Gates.open("run");
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("of the run");
    assertThat(RUNS).hasValue(1);
  }

  @Test
  void anIdempotentCallIsInterruptedAndRunAgain() throws Exception {
    Peer harmless = toB.retrying(IMPATIENT.withIdempotent(true));
    assertThat((int) harmless.rpcSync(RetryTest::blockOnce)).isGreaterThan(1);
    Groups.eventually("interrupted", () -> INTERRUPTS.get() == 1);
    RUNS.set(0);
    assertThat(harmless.rpcAsync(RetryTest::blockOnce).join()).isGreaterThan(1);
  }

  @Test
  void theNumberOfAttemptsIsBounded() {
    CompletableFuture<Integer> call =
        toB.retrying(IMPATIENT.withAttempts(3)).rpcAsync(RetryTest::runBehindAGate);
    Throwable failure = catchThrowable(call::join).getCause();
    assertThat(failure).isInstanceOf(RpcTimeoutException.class).hasMessageContaining("20 ms");
    assertThat(failure.getSuppressed()).hasSize(2);
    Groups.eventually("b is told", () -> b.stats().callsRunning() == 0);
    assertThat(RUNS).hasValue(1);
  }

  // ---- The end of all attempts -----------------------------------------------------------------

  @Test
  void allAttemptsTogetherHaveTheTimeoutOfTheCall() {
    Peer limited = toB.withTimeout(Duration.ofMillis(500)).retrying(IMPATIENT);
    assertThatThrownBy(() -> limited.rpcSync(RetryTest::runBehindAGate))
        .isInstanceOf(RpcTimeoutException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).isNotEmpty());
    Groups.eventually("b is told", () -> b.stats().callsRunning() == 0);
    assertThatThrownBy(
            () ->
                Deadline.within(Duration.ofMillis(500))
                    .call(() -> toB.retrying(IMPATIENT).rpcAsync(RetryTest::runBehindAGate))
                    .join())
        .hasCauseInstanceOf(RpcTimeoutException.class);
    Gates.open("run");
    assertThat(RUNS).hasValue(2);
  }

  @Test
  void cancellingTheCallInterruptsTheRunningAttempt() {
    CompletableFuture<Integer> call = toB.retrying(IMPATIENT).rpcAsync(RetryTest::blockOnce);
    awaitAttempts(3);
    call.cancel(true);
    Groups.eventually("interrupted", () -> INTERRUPTS.get() == 1);
    Groups.eventually("nothing is left", () -> b.stats().callsRunning() == 0);
    assertThat(RUNS).hasValue(1);
  }

  @Test
  void interruptingTheWaitingCallerEndsAllAttempts() throws Exception {
    AtomicReference<Throwable> caught = new AtomicReference<>();
    Thread calling =
        Thread.ofPlatform()
            .start(
                () ->
                    caught.set(
                        catchThrowable(
                            () -> toB.retrying(IMPATIENT).rpcSync(RetryTest::blockOnce))));
    awaitAttempts(3);
    calling.interrupt();
    calling.join();
    assertThat(caught.get()).isInstanceOf(RpcCancelledException.class);
    Groups.eventually("interrupted", () -> INTERRUPTS.get() == 1);
  }

  @Test
  void permanentFailuresAreNotRetried() {
    RRef<Service> service = toB.remote(Service::new);
    assertThat((int) service.retrying().toHere().safe()).isEqualTo(1);
    RRef<Service> again = service.retrying(QUICK.withIdempotent(true));
    long before = b.stats().callsServed();
    assertThatThrownBy(() -> again.call("missing")).isInstanceOf(UnknownMethodException.class);
    assertThatThrownBy(() -> toB.retrying(QUICK).runSync(() -> fail()))
        .isInstanceOf(IllegalStateException.class)
        .hasNoSuppressedExceptions();
    assertThat(b.stats().callsServed() - before).isEqualTo(2);
    service.close();
    assertThatThrownBy(() -> again.rpcSync(Service::safe)).isInstanceOf(RpcException.class);
  }

  private static void fail() {
    throw new IllegalStateException("of the function");
  }

  @Test
  void everyVerbWorksWithRetries() throws Exception {
    Peer again = toB.retrying();
    assertThat(again).isEqualTo(toB);
    assertThat((int) again.rpcSync(() -> 3)).isEqualTo(3);
    again.runSync(() -> {});
    again.runAsync(() -> {}).join();
    assertThat(again.withTimeout(Duration.ofSeconds(9)).<Integer>rpcAsync(() -> 4).join())
        .isEqualTo(4);
    try (RRef<List<String>> list = again.remote(() -> new ArrayList<>(List.of("x")))) {
      RRef<List<String>> there = list.withTimeout(Duration.ofSeconds(9)).retrying();
      assertThat(there).isEqualTo(list);
      assertThat((boolean) there.rpcSync(l -> l.add("y"))).isTrue();
      there.runSync(l -> l.add("z"));
      there.runAsync(l -> l.add("0")).join();
      assertThat((int) there.rpcAsync(List::size).join()).isEqualTo(4);
      assertThat(there.<Integer>rpcCompose(l -> CompletableFuture.completedStage(l.size())).join())
          .isEqualTo(4);
      assertThat(there.call("size")).isEqualTo(4);
      assertThat(there.toHere()).containsExactly("x", "y", "z", "0");
      assertThatThrownBy(() -> there.rpcAsync(null).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(NullPointerException.class);
    }
  }

  // ---- Lost workers ----------------------------------------------------------------------------

  private static Worker join(String name, Path place) {
    return Worker.builder()
        .name(name)
        .rendezvous(place.toUri().toString())
        .allow("io.farref.tests")
        .joinTimeout(Duration.ofSeconds(30))
        .join();
  }

  @Test
  void aCallToALostWorkerIsRetriedOnTheWorkerThatHasItsName(@TempDir Path place) {
    try (Worker here = join("here", place)) {
      Worker first = join("there", place);
      Groups.eventually("it is there", () -> here.peers().size() == 2);
      Peer there = here.peer("there");
      assertThat((int) there.rpcSync(() -> 1)).isEqualTo(1);
      CompletableFuture<Integer> once = there.retrying(QUICK).rpcAsync(RetryTest::blockOnce);
      CompletableFuture<Integer> often =
          there.retrying(QUICK.withIdempotent(true)).rpcAsync(RetryTest::runBehindAGate);
      Groups.eventually("both run", () -> RUNS.get() == 2);
      first.closeNow();
      assertThatThrownBy(once::join).hasCauseInstanceOf(WorkerLostException.class);
      CompletableFuture<Integer> waiting = there.retrying(QUICK).rpcAsync(() -> 9);
      assertThatThrownBy(
              () -> there.withTimeout(Duration.ofMillis(50)).retrying(QUICK).rpcSync(() -> 1))
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining("there");
      Gates.open("run");
      try (Worker second = join("there", place)) {
        assertThat(waiting.join()).isEqualTo(9);
        assertThat(often.join()).isEqualTo(3);
        try (RRef<String> made = there.retrying().remote(() -> "made")) {
          assertThat(made.toHere()).isEqualTo("made");
        }
        assertThat(second.stats().callsServed()).isGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void aLostWorkerIsNotReplacedInAGroupOfFixedSize() {
    toB.runSync(() -> {});
    network.between("a", "b").cut();
    assertThatThrownBy(() -> toB.retrying().rpcSync(() -> 1))
        .isInstanceOf(WorkerLostException.class)
        .hasNoSuppressedExceptions();
  }
}
