package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Deadline;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcCancelledException;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.FaultyNetwork;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that its caller ends is stopped where it runs, and so are the calls that it has made. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class CancellationTest {
  private static final Duration SHORT = Duration.ofMillis(250);
  private static final Duration LONG = Duration.ofMinutes(5);

  /** The places where functions were interrupted, in the order of the interrupts. */
  private static final LinkedBlockingQueue<String> INTERRUPTED = new LinkedBlockingQueue<>();

  /** The places where functions have begun. */
  private static final LinkedBlockingQueue<String> BEGUN = new LinkedBlockingQueue<>();

  private final FaultyNetwork network = FaultyNetwork.over(new InProcessTransport());
  private final LocalGroup group = LocalGroup.builder().network(network).start("a", "b", "c");
  private final Worker a = group.worker("a");
  private final Worker b = group.worker("b");
  private final Worker c = group.worker("c");
  private final Peer toB = a.peer("b").withTimeout(LONG);

  @BeforeEach
  void reset() {
    Gates.reset();
    INTERRUPTED.clear();
    BEGUN.clear();
  }

  @AfterEach
  void close() {
    network.everywhere().release();
    Gates.reset();
    Groups.closeEmpty(group);
  }

  private static int block() throws InterruptedException {
    String here = Worker.current().name();
    BEGUN.add(here);
    try {
      new CountDownLatch(1).await();
      return 1;
    } catch (InterruptedException e) {
      INTERRUPTED.add(here);
      throw e;
    }
  }

  private static int spin() {
    String here = Worker.current().name();
    BEGUN.add(here);
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    INTERRUPTED.add(here);
    return 1;
  }

  private static void assertBegunAt(String worker) {
    assertThat(take(BEGUN)).isEqualTo(worker);
  }

  private static void assertInterruptedAt(String worker) {
    assertThat(take(INTERRUPTED)).isEqualTo(worker);
  }

  private static String take(LinkedBlockingQueue<String> queue) {
    try {
      String next = queue.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("told within 20 s").isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- The ways to cancel -----------------------------------------------------------------------

  /** How a caller ends its call. */
  enum CancelBy {
    CANCEL {
      @Override
      void end(CompletableFuture<Integer> call) {
        call.cancel(true);
      }
    },
    COMPLETE_BY_HAND {
      @Override
      void end(CompletableFuture<Integer> call) {
        call.complete(7);
      }
    },
    FAIL_BY_HAND {
      @Override
      void end(CompletableFuture<Integer> call) {
        call.completeExceptionally(new IllegalStateException("enough"));
      }
    },
    OR_TIMEOUT {
      @Override
      void end(CompletableFuture<Integer> call) {
        assertThatThrownBy(() -> call.orTimeout(1, TimeUnit.MILLISECONDS).join())
            .hasCauseInstanceOf(TimeoutException.class);
      }
    };

    abstract void end(CompletableFuture<Integer> call);
  }

  @ParameterizedTest
  @EnumSource(CancelBy.class)
  void endingAFutureInterruptsItsCall(CancelBy cancelBy) {
    CompletableFuture<Integer> call = toB.rpcAsync(CancellationTest::block);
    assertBegunAt("b");
    cancelBy.end(call);
    assertInterruptedAt("b");
  }

  @ParameterizedTest
  @EnumSource(CancelBy.class)
  void aFunctionThatComputesOnTheReadingThreadIsInterruptedToo(CancelBy cancelBy) {
    CompletableFuture<Integer> call = toB.rpcAsync(CancellationTest::spin);
    assertBegunAt("b");
    cancelBy.end(call);
    assertInterruptedAt("b");
    assertThat(toB.<Boolean, RuntimeException>rpcSync(() -> Thread.currentThread().isInterrupted()))
        .isFalse();
  }

  @Test
  void theTimeoutOfAnAsyncCallInterruptsIt() {
    CompletableFuture<Integer> call = toB.withTimeout(SHORT).rpcAsync(CancellationTest::block);
    assertInterruptedAt("b");
    assertThatThrownBy(call::join).hasCauseInstanceOf(RpcTimeoutException.class);
  }

  @Test
  void theTimeoutOfASyncCallInterruptsIt() {
    assertThatThrownBy(() -> toB.withTimeout(SHORT).rpcSync(CancellationTest::block))
        .isInstanceOf(RpcTimeoutException.class);
    assertInterruptedAt("b");
  }

  @Test
  void theCalleeEnforcesTheDeadlineWithoutHearingFromTheCaller() {
    CompletableFuture<Integer> call =
        toB.withTimeout(Duration.ofMillis(700)).rpcAsync(CancellationTest::block);
    assertBegunAt("b");
    network.path("a", "b").hold();
    assertInterruptedAt("b");
    assertThatThrownBy(call::join).hasCauseInstanceOf(RpcTimeoutException.class);
  }

  @Test
  void interruptingTheWaitingCallerInterruptsTheCallee() throws Exception {
    AtomicReference<Throwable> caught = new AtomicReference<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> caught.set(catchThrowable(() -> toB.rpcSync(CancellationTest::block))));
    assertBegunAt("b");
    waiting.interrupt();
    assertInterruptedAt("b");
    waiting.join();
    assertThat(caught.get()).isInstanceOf(RpcCancelledException.class);
  }

  @Test
  void theEndOfTheCallersConnectionInterruptsItsCalls() {
    CompletableFuture<Integer> call = toB.rpcAsync(CancellationTest::block);
    assertBegunAt("b");
    network.between("a", "b").cut();
    assertInterruptedAt("b");
    assertThatThrownBy(call::join).hasCauseInstanceOf(WorkerLostException.class);
  }

  @Test
  void theEndOfTheCallerInterruptsItsCallsAndTheirCalls() {
    CompletableFuture<Integer> call =
        toB.rpcAsync(() -> Worker.current().peer("c").rpcSync(CancellationTest::block));
    assertBegunAt("c");
    a.closeNow();
    assertInterruptedAt("c");
    assertThat(call).isCompletedExceptionally();
  }

  // ---- Three workers ---------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(CancelBy.class)
  void syncCallsOfACancelledCallAreInterrupted(CancelBy cancelBy) {
    CompletableFuture<Integer> call =
        toB.rpcAsync(() -> Worker.current().peer("c").rpcSync(CancellationTest::block));
    assertBegunAt("c");
    cancelBy.end(call);
    assertInterruptedAt("c");
    Groups.eventually("b has ended it too", () -> b.stats().callsPending() == 0);
  }

  private static int blockBesideACallTo(String worker) throws InterruptedException {
    CompletableFuture<Integer> beside =
        Worker.current().peer(worker).rpcAsync(CancellationTest::block);
    int mine = block();
    return mine + beside.join();
  }

  @Test
  void asyncCallsOfACancelledCallAreInterrupted() {
    CompletableFuture<Integer> call = toB.rpcAsync(() -> blockBesideACallTo("c"));
    assertThat(new String[] {take(BEGUN), take(BEGUN)}).containsExactlyInAnyOrder("b", "c");
    call.cancel(true);
    assertThat(new String[] {take(INTERRUPTED), take(INTERRUPTED)})
        .containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void aCallThatWaitsForAFutureOfAnotherEndsWhenItIsCancelled() {
    CompletableFuture<Integer> call =
        toB.rpcAsync(
            () -> {
              try {
                return Worker.current().peer("c").rpcAsync(CancellationTest::block).join();
              } catch (CancellationException e) {
                INTERRUPTED.add("join at b");
                throw e;
              }
            });
    assertBegunAt("c");
    call.cancel(true);
    assertThat(new String[] {take(INTERRUPTED), take(INTERRUPTED)})
        .containsExactlyInAnyOrder("c", "join at b");
  }

  @Test
  void theOpenCallsOfACallThatIgnoresItsCancellationEndWithIt() {
    CompletableFuture<Integer> call =
        toB.rpcAsync(
            () -> {
              BEGUN.add("b");
              Gates.pass("cancelled");
              return Worker.current()
                  .peer("c")
                  .rpcAsync(CancellationTest::block)
                  .getNumberOfDependents();
            });
    assertBegunAt("b");
    call.cancel(true);
    Groups.eventually("b knows", () -> b.stats().callsRunning() == 0);
    Gates.open("cancelled");
    Groups.eventually("nothing is left at c", () -> c.stats().callsRunning() == 0);
    Groups.eventually("nothing is left at b", () -> b.stats().callsPending() == 0);
  }

  @Test
  void anEndedCallDoesNotCancelTheCallsThatItHasBegun() {
    int unused =
        toB.rpcSync(
            () -> {
              CompletableFuture<Void> left =
                  Worker.current().peer("c").runAsync(() -> passAndSay("go"));
              return left.getNumberOfDependents();
            });
    toB.rpcAsync(CancellationTest::block).cancel(true);
    Gates.open("go");
    String begun = take(BEGUN);
    if (begun.equals("b")) { // the call on b may have begun before it was cancelled
      begun = take(BEGUN);
    }
    assertThat(begun).isEqualTo("passed");
    assertThat(INTERRUPTED).doesNotContain("c");
  }

  private static void passAndSay(String gate) {
    Gates.pass(gate);
    if (Thread.currentThread().isInterrupted()) {
      INTERRUPTED.add(Worker.current().name());
    }
    BEGUN.add("passed");
  }

  // ---- Stages ----------------------------------------------------------------------------------

  private static final AtomicReference<CompletableFuture<Integer>> STAGE = new AtomicReference<>();

  private static CompletionStage<Integer> stage() {
    CompletableFuture<Integer> stage = new CompletableFuture<>();
    STAGE.set(stage);
    BEGUN.add("stage");
    return stage;
  }

  @ParameterizedTest
  @EnumSource(CancelBy.class)
  void theStageOfAComposedCallIsCancelledWithIt(CancelBy cancelBy) {
    CompletableFuture<Integer> call = toB.rpcCompose(CancellationTest::stage);
    assertBegunAt("stage");
    cancelBy.end(call);
    Groups.eventually("the stage is cancelled", () -> STAGE.get().isCancelled());
  }

  @Test
  void theStageOfAComposedCallIsCancelledAtItsDeadline() {
    CompletableFuture<Integer> call = toB.withTimeout(SHORT).rpcCompose(CancellationTest::stage);
    assertBegunAt("stage");
    network.path("a", "b").hold();
    Groups.eventually("the stage is cancelled", () -> STAGE.get().isCancelled());
    assertThatThrownBy(call::join).hasCauseInstanceOf(RpcTimeoutException.class);
  }

  @Test
  void cancellingAComposedCallCancelsTheCallsBehindItsStage() {
    CompletableFuture<Integer> call =
        toB.rpcCompose(
            () ->
                Worker.current()
                    .peer("c")
                    .<Integer>rpcAsync(CancellationTest::block)
                    .thenApply(n -> n + 1));
    assertBegunAt("c");
    call.cancel(true);
    assertInterruptedAt("c");
  }

  @Test
  void aStageThatCannotBeCancelledFailsNoOtherCall() {
    CompletableFuture<Integer> call = toB.rpcCompose(() -> stage().thenApply(n -> n));
    assertBegunAt("stage");
    CompletableFuture<Integer> minimal =
        toB.rpcCompose(() -> ((CompletableFuture<Integer>) stage()).minimalCompletionStage());
    assertBegunAt("stage");
    minimal.cancel(true);
    call.cancel(true);
    assertThat((int) toB.rpcSync(() -> 1)).isEqualTo(1);
    STAGE.get().complete(1);
  }

  // ---- Creations -------------------------------------------------------------------------------

  @Test
  void aCreationContinuesWithoutItsCreator() {
    RRef<String> made =
        toB.remote(
            () -> {
              BEGUN.add("b");
              Gates.pass("make");
              return Thread.currentThread().isInterrupted() ? "interrupted" : "made";
            });
    assertBegunAt("b");
    CompletableFuture<String> atC =
        c.self().rpcAsync(() -> "nothing").thenApply(x -> x); // c is busy with itself
    assertThat(atC.join()).isEqualTo("nothing");
    CompletableFuture<Void> given = a.peer("c").runAsync(() -> Kept.reference = made);
    given.join();
    Groups.eventually("c holds it", () -> b.ownedValues().getFirst().holders().contains("c"));
    a.closeNow();
    Groups.eventually("a is lost", () -> b.peers().size() == 2);
    Gates.open("make");
    RRef<?> kept = Kept.reference;
    assertThat(kept.toHere()).isEqualTo("made");
    kept.close();
    Kept.reference = null;
  }

  /** Values that a test hands to a later call. */
  private static final class Kept {
    private static volatile RRef<?> reference;
  }

  @Test
  void aCreationIsInterruptedAtItsDeadline() {
    try (RRef<Integer> never = toB.withTimeout(SHORT).remote(CancellationTest::block)) {
      assertInterruptedAt("b");
      assertThatThrownBy(never::toHere).isInstanceOf(RpcTimeoutException.class);
    }
  }

  // ---- Deadlines -------------------------------------------------------------------------------

  @Test
  void aDeadlineBlockEndsTheCallsInIt() {
    assertThatThrownBy(
            () -> Deadline.within(SHORT).call(() -> toB.rpcSync(CancellationTest::block)))
        .isInstanceOf(RpcTimeoutException.class);
    assertInterruptedAt("b");
  }
}
