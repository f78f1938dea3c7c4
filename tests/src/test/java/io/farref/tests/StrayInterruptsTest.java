package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt reaches the cancelled call and no other, however the two race. */
@Timeout(100)
class StrayInterruptsTest extends TwoWorkers {
  private static final int CALLS = 20_000;

  /** Longer, in microseconds, than a reading thread that computes keeps its read lease. */
  private static final int LONG = 40_000;

  /** The calls that saw an interrupt. */
  private static final ConcurrentHashMap<Integer, Boolean> HIT = new ConcurrentHashMap<>();

  @BeforeEach
  void reset() {
    HIT.clear();
  }

  /** Runs for about that long, then checks whether it was interrupted. */
  private static int run(int number, int micros, boolean parks) {
    long end = System.nanoTime() + micros * 1000L;
    boolean hit = Thread.interrupted();
    while (System.nanoTime() < end) {
      if (parks) {
        LockSupport.parkNanos(2_000);
      }
      hit |= Thread.interrupted();
    }
    if (hit) {
      HIT.put(number, true);
    }
    return number;
  }

  /**
   * Calls end at about the time at which they are cancelled. Every second call is not cancelled,
   * and runs right after a cancelled one.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyCancelledCallsAreInterrupted(boolean park) {
    SplittableRandom random = new SplittableRandom(42);
    Semaphore underWay = new Semaphore(8);
    List<CompletableFuture<Integer>> kept = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      underWay.acquireUninterruptibly();
      int number = i;
      int micros = random.nextInt(i % 100 == 0 ? LONG : 60);
      boolean parks = park && i % 10 == 0;
      CompletableFuture<Integer> call = toB.rpcAsync(() -> run(number, micros, parks));
      var _ = call.whenComplete((_, _) -> underWay.release());
      if (i % 2 == 0) {
        long timeout = random.nextInt(2 * micros + 20) * 1000L;
        long end = System.nanoTime() + timeout;
        while (System.nanoTime() < end && !call.isDone()) {
          Thread.onSpinWait();
        }
        call.cancel(true);
      } else {
        kept.add(call);
      }
    }
    for (int i = 0; i < kept.size(); i++) {
      assertThat(kept.get(i).join()).isEqualTo(2 * i + 1);
    }
    eventually(() -> assertThat(b.stats().callsRunning()).isZero());
    assertThat(HIT.keySet())
        .as("interrupted calls that were not cancelled")
        .allMatch(n -> n % 2 == 0);
    assertThat(HIT).as("cancelled calls that were interrupted").isNotEmpty();
  }

  /** A function that has returned a stage has left its thread, which runs other calls by then. */
  @Test
  void aDeadlineThatPassesWhileACallWaitsForItsStageInterruptsNoThread() {
    Peer hasty = toB.withTimeout(Duration.ofMillis(1));
    for (int i = 0; i < 200; i++) {
      int number = i;
      CompletableFuture<Integer> waiting = hasty.rpcCompose(() -> new CompletableFuture<>());
      CompletableFuture<Integer> after = toB.rpcAsync(() -> run(number, 3_000, false));
      assertThatThrownBy(waiting::join).isInstanceOf(CompletionException.class);
      assertThat(after.join()).isEqualTo(number);
    }
    assertThat(HIT).isEmpty();
  }

  /** Deadlines pass while calls end, and the connection survives. */
  @Test
  void aTimeoutInterruptsItsOwnCallOnly() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < CALLS / 10; i++) {
      int number = i;
      int micros = random.nextInt(400);
      var hasty = toB.withTimeout(Duration.ofNanos(1 + random.nextInt(400_000)));
      CompletableFuture<Integer> limited = hasty.rpcAsync(() -> run(2 * number, micros, true));
      CompletableFuture<Integer> behind = toB.rpcAsync(() -> run(2 * number + 1, 5, false));
      assertThat(behind.join()).isEqualTo(2 * number + 1);
      try {
        assertThat(limited.join()).isEqualTo(2 * number);
      } catch (CompletionException | CancellationException e) {
        assertThat(e).hasCauseInstanceOf(io.farref.RpcTimeoutException.class);
      }
    }
    assertThat(HIT.keySet()).as("interrupted calls without a timeout").allMatch(n -> n % 2 == 0);
  }
}
