package io.farref.tests.processes;

import static io.farref.tests.processes.Trio.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Limits;
import io.farref.Peer;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A process that is stopped for a while neither reads nor answers. */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class StuckPeerTest {
  private static final long QUEUE = Limits.DEFAULT.maxQueuedBytes();
  private static final int PAYLOAD = 50_000;
  private static final int MANY = 600;
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  private Trio trio;
  private Worker a;
  private Peer b;
  private Peer c;

  @BeforeEach
  void start() throws Exception {
    gate = new CountDownLatch(1);
    trio = new Trio();
    a = trio.a;
    b = trio.b;
    c = trio.c;
    assertThat((int) b.rpcSync(() -> 1)).isEqualTo(1);
    assertThat((int) c.rpcSync(() -> 1)).isEqualTo(1);
  }

  /** All capacity is free again, and all workers close gracefully. */
  @AfterEach
  void nothingIsLeft() throws Exception {
    gate.countDown();
    try (Trio all = trio) {
      eventually(
          () -> {
            assertThat(a.stats().callsUnanswered()).as("callsUnanswered").isZero();
            assertThat(a.stats().bytesQueued()).as("bytesQueued").isZero();
          });
      all.assertQuiet();
      all.leave();
    }
  }

  private void whileStopped(Runnable actions) throws Exception {
    trio.jvmB.signal("STOP");
    try {
      actions.run();
    } finally {
      trio.jvmB.signal("CONT");
    }
  }

  /** How long the slowest of many calls to c took. */
  private long slowestToC() {
    long slowest = 0;
    for (int i = 0; i < 500; i++) {
      int n = i;
      long start = System.nanoTime();
      assertThat((int) c.rpcSync(() -> n + 1)).isEqualTo(n + 1);
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    return slowest;
  }

  @Test
  void callsToAStuckPeerAreBoundedAndTimeOutAndOtherPeersAreNotDelayed() throws Exception {
    byte[] payload = new byte[PAYLOAD];
    Peer hasty = b.withTimeout(Duration.ofSeconds(3));
    long delayed = a.stats().callsDelayed();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    whileStopped(
        () -> {
          CompletableFuture<Void> producer =
              CompletableFuture.runAsync(
                  () -> {
                    CompletableFuture<Integer> last;
                    do { // until there was no capacity for a call before its deadline
                      last = hasty.rpcAsync(() -> payload.length);
                      all.add(last);
                    } while (!wasNotSent(last));
                  },
                  task -> Thread.ofPlatform().start(task));
          eventually(() -> assertThat(a.stats().callsDelayed()).isPositive());
          assertThat(slowestToC()).isLessThan(TimeUnit.SECONDS.toNanos(2));
          assertThat(a.stats().bytesQueued()).isBetween(QUEUE, QUEUE + 4 * PAYLOAD);
          assertThat(producer).isNotDone();
          producer.join();
          assertThat(all)
              .allSatisfy(
                  each ->
                      assertThat(catchThrowable(() -> each.get(10, TimeUnit.SECONDS)))
                          .hasCauseInstanceOf(RpcTimeoutException.class));
        });
    assertThat(all).hasSizeLessThan(MANY);
    assertThat(a.stats().callsDelayed()).as("it was the first to wait").isEqualTo(delayed + 1);
    assertThat(all.getFirst().exceptionNow())
        .extracting(e -> ((RpcException) e).execution())
        .isEqualTo(Execution.MAYBE_EXECUTED);
    assertThat(all.getLast().exceptionNow())
        .hasMessageContaining("limit maxQueuedBytes is " + QUEUE + " on worker a")
        .extracting(e -> ((RpcException) e).execution())
        .isEqualTo(Execution.NOT_EXECUTED);
    assertThat((int) b.rpcSync(() -> 2)).isEqualTo(2);
  }

  @Test
  void aSyncCallOfAnySizeEndsAtItsTimeout() throws Exception {
    whileStopped(
        () -> {
          for (int size : new int[] {10, 5_000, 50_000, 100_000, 400_000, 1_000_000, 5_000_000}) {
            byte[] payload = new byte[size];
            Peer hasty = b.withTimeout(Duration.ofMillis(100));
            long start = System.nanoTime();
            Throwable failure = catchThrowable(() -> hasty.rpcSync(() -> payload.length));
            assertThat(System.nanoTime() - start)
                .as("%d bytes", size)
                .isLessThan(TimeUnit.SECONDS.toNanos(2));
            assertThat(failure).as("%d bytes", size).isInstanceOf(RpcTimeoutException.class);
          }
        });
    assertThat((int) b.rpcSync(() -> 2)).isEqualTo(2);
  }

  private static byte[] waitAndReturn() throws InterruptedException {
    gate.await();
    return new byte[PAYLOAD];
  }

  @Test
  void unreadRepliesWaitInTheirOwnCallsAndOtherPeersAreNotDelayed() throws Exception {
    b.runSync(
        () -> {
          Peer other = Worker.current().peer("a");
          List<CompletableFuture<byte[]>> all = new ArrayList<>();
          for (int i = 0; i < MANY; i++) {
            all.add(other.rpcAsync(StuckPeerTest::waitAndReturn));
          }
          Member.kept = all;
        });
    eventually(() -> assertThat(a.stats().callsRunning()).isEqualTo(MANY));
    whileStopped(
        () -> {
          gate.countDown();
          eventually(() -> assertThat(a.stats().bytesQueued()).isGreaterThanOrEqualTo(QUEUE));
          assertThat(slowestToC()).isLessThan(TimeUnit.SECONDS.toNanos(2));
          assertThat((int) c.rpcSync(() -> (int) Worker.current().peer("a").rpcSync(() -> 3)))
              .isEqualTo(3);
          assertThat(a.stats().bytesQueued()).isLessThan(QUEUE + 4 * PAYLOAD);
          assertThat(a.stats().callsRunning()).isPositive();
        });
    assertThat((long) b.rpcSync(StuckPeerTest::sumOfKept)).isEqualTo((long) MANY * PAYLOAD);
  }

  private static long sumOfKept() {
    long sum = 0;
    for (Object each : (List<?>) Member.kept) {
      sum += ((byte[]) ((CompletableFuture<?>) each).join()).length;
    }
    return sum;
  }

  /** A call that got capacity at the last moment fails too, but not because it was not sent. */
  private static boolean wasNotSent(CompletableFuture<?> call) {
    return call.isCompletedExceptionally()
        && call.exceptionNow() instanceof RpcException e
        && e.execution() == Execution.NOT_EXECUTED;
  }
}
