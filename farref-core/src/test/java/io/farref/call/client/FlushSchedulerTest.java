package io.farref.call.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.Side;
import io.farref.call.TwoEnds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Asynchronous calls leave together when others are under way, but none waits for a call that is
 * never made. The caller's side has no watchdog that would flush the rest.
 */
@Timeout(60)
class FlushSchedulerTest {
  private static volatile CountDownLatch gate = new CountDownLatch(1);
  private static volatile CountDownLatch entered = new CountDownLatch(1);

  private final Side caller = Side.withoutWatchdog("caller");
  private final TwoEnds ends = new TwoEnds(caller, Side.of("callee"));

  @BeforeEach
  void reset() {
    gate = new CountDownLatch(1);
    entered = new CountDownLatch(1);
    assertThat(ends.sync(() -> 1)).isOne();
  }

  @AfterEach
  void end() {
    gate.countDown();
    ends.close();
  }

  private static int block() throws InterruptedException {
    entered.countDown();
    assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
    return 1;
  }

  @Test
  void aLoneAsynchronousCallIsWrittenByTheThreadThatMakesIt() {
    caller.threads().close(); // no other thread will come to help
    for (int i = 0; i < 100; i++) {
      int n = i;
      assertThat(ends.async(() -> n).join()).isEqualTo(n);
    }
  }

  @Test
  void callsSentWhileAnotherIsUnderWayAreWrittenWithoutAnyFurtherCall() throws Exception {
    PendingCall<Integer> blocked = ends.async(FlushSchedulerTest::block);
    entered.await();
    for (int round = 0; round < 200; round++) {
      List<PendingCall<Integer>> all = new ArrayList<>();
      for (int i = 0; i <= round % 8; i++) {
        int n = i;
        all.add(ends.async(() -> n));
      }
      for (int i = 0; i < all.size(); i++) {
        assertThat(all.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i);
      }
    }
    assertThat(blocked).isNotDone();
    gate.countDown();
    assertThat(blocked.join()).isOne();
  }

  @Test
  void anAwaitedCallIsWrittenAtOnceWithAllCallsSentBefore() throws Exception {
    PendingCall<Integer> blocked = ends.async(FlushSchedulerTest::block);
    entered.await();
    caller.threads().close(); // no other thread will come to help
    PendingCall<Integer> left = ends.async(() -> 2);
    assertThat(ends.sync(() -> 3)).isEqualTo(3);
    assertThat(left.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    gate.countDown();
    assertThat(blocked.join()).isOne();
  }

  @Test
  void queuedCallsOfAStreamAreWrittenThoughNoCallFollows() {
    try (TwoEnds watched = new TwoEnds(Side.of("streaming"), Side.of("serving"))) {
      for (int round = 0; round < 30; round++) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 300 + round; i++) {
          int n = i;
          all.add(watched.async(() -> n).thenApply(x -> x)); // no thread waits for the call itself
        }
        for (int i = 0; i < all.size(); i++) {
          assertThat(all.get(i).join()).isEqualTo(i);
        }
      }
      watched.awaitQuiet();
    }
  }
}
