package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.testkit.FaultyNetwork;
import io.farref.testkit.LocalGroup;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failures say whether the call ran, and {@code NOT_EXECUTED} is never a guess. */
class ExecutionTest extends TwoWorkers {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static volatile CountDownLatch gate = new CountDownLatch(1);
  private static volatile CountDownLatch entered = new CountDownLatch(1);

  private final FaultyNetwork net = FaultyNetwork.over(new InProcessTransport());

  @Override
  LocalGroup start() {
    return LocalGroup.builder().network(net).start("a", "b");
  }

  @BeforeEach
  void reset() {
    RUNS.set(0);
    gate = new CountDownLatch(1);
    entered = new CountDownLatch(1);
  }

  private static int run() {
    return RUNS.incrementAndGet();
  }

  private static int block() throws InterruptedException {
    RUNS.incrementAndGet();
    entered.countDown();
    gate.await();
    return 1;
  }

  private static <E extends RpcException> E failure(CompletableFuture<?> f, Class<E> type) {
    CompletionException e = catchThrowableOfType(CompletionException.class, f::join);
    assertThat(e).hasCauseInstanceOf(type);
    return type.cast(e.getCause());
  }

  @Test
  void aCallToAnUnreachableWorkerWasNotExecuted() {
    net.path("a", "b").refuse();
    RpcException e = failure(toB.rpcAsync(ExecutionTest::run), WorkerLostException.class);
    assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED);
    assertThat(e.safeToRetry()).isTrue();
    assertThat(RUNS).hasValue(0);
  }

  @Test
  void aCallToAWorkerThatIsKnownToBeLostWasNotExecuted() {
    toB.rpcSync(ExecutionTest::run);
    net.between("a", "b").cut();
    eventually(() -> assertThat(a.peers()).hasSize(1));
    RpcException e = failure(toB.rpcAsync(ExecutionTest::run), WorkerLostException.class);
    assertThat(e.safeToRetry()).isTrue();
    assertThat(RUNS).hasValue(1);
  }

  @Test
  void aCallThatTimedOutDuringDialingMayStillExecute() {
    net.path("a", "b").silence();
    CompletableFuture<Integer> f =
        toB.withTimeout(Duration.ofMillis(20)).rpcAsync(ExecutionTest::run);
    RpcException e = failure(f, RpcTimeoutException.class);
    assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED);
    net.path("a", "b").admit();
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void aCallThatWasSentAndLostMayHaveBeenExecuted() {
    toB.rpcSync(() -> 1);
    net.path("a", "b").hold();
    CompletableFuture<Integer> f = toB.rpcAsync(ExecutionTest::run);
    net.between("a", "b").cut();
    RpcException e = failure(f, WorkerLostException.class);
    assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED);
    assertThat(e.safeToRetry()).isFalse();
    assertThat(RUNS).as("it did not arrive, but a cannot know that").hasValue(0);
  }

  @Test
  void aCallThatRanButWhoseReplyWasLostMayHaveBeenExecuted() throws Exception {
    toB.rpcSync(() -> 1);
    net.path("b", "a").hold();
    CompletableFuture<Integer> f = toB.rpcAsync(ExecutionTest::run);
    eventually(() -> assertThat(RUNS).hasValue(1));
    net.between("a", "b").cut();
    assertThat(failure(f, WorkerLostException.class).execution())
        .isEqualTo(Execution.MAYBE_EXECUTED);
  }

  @Test
  void aCallThatWasRunningWhenItsWorkerDiedMayHaveBeenExecuted() throws Exception {
    CompletableFuture<Integer> f = toB.rpcAsync(ExecutionTest::block);
    entered.await();
    b.closeNow();
    assertThat(failure(f, WorkerLostException.class).execution())
        .isEqualTo(Execution.MAYBE_EXECUTED);
    gate.countDown();
  }

  @Test
  void pendingCallsOfAWorkerThatClosesItselfFailAndMayHaveBeenExecuted() throws Exception {
    CompletableFuture<Integer> f = toB.rpcAsync(ExecutionTest::block);
    entered.await();
    a.closeNow();
    assertThat(failure(f, WorkerClosedException.class).execution())
        .isEqualTo(Execution.MAYBE_EXECUTED);
    assertThat(failure(toB.rpcAsync(() -> 1), WorkerClosedException.class).safeToRetry()).isTrue();
    gate.countDown();
  }

  @Test
  void aTimeoutOfASentCallMayHaveBeenExecuted() {
    net.path("b", "a").hold();
    RpcException e =
        failure(
            toB.withTimeout(Duration.ofMillis(30)).rpcAsync(ExecutionTest::run),
            RpcTimeoutException.class);
    assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED);
    net.path("b", "a").release();
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void allPendingCallsFailAtOnceWhenTheConnectionIsLost() {
    toB.rpcSync(() -> 1);
    net.path("b", "a").hold();
    CompletableFuture<?>[] all = new CompletableFuture<?>[1_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = toB.withTimeout(Duration.ZERO).rpcAsync(ExecutionTest::run);
    }
    net.between("a", "b").cut();
    for (CompletableFuture<?> each : all) {
      failure(each, WorkerLostException.class);
    }
  }

  @Test
  void aMessageSentByteByByteArrivesIntact() {
    net.everywhere().inPiecesOf(1);
    net.everywhere().delay(7, Duration.ZERO, Duration.ofMillis(2));
    byte[] bytes = new byte[10_000];
    bytes[9_999] = 42;
    for (int i = 0; i < 5; i++) {
      assertThat(toB.<byte[], RuntimeException>rpcSync(() -> bytes)).isEqualTo(bytes);
    }
  }
}
