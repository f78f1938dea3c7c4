package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many callers and functions of every kind wait at the same time on one connection. */
@Timeout(100)
class BlockedEverywhereTest extends TwoWorkers {
  private static final int CALLERS = 2_000;
  private static final AtomicInteger ENTERED = new AtomicInteger();
  private static volatile CountDownLatch gate = new CountDownLatch(1);
  private static volatile AtomicIntegerArray last = new AtomicIntegerArray(0);

  @BeforeEach
  void reset() {
    ENTERED.set(0);
    Gates.reset();
    gate = new CountDownLatch(1);
  }

  @AfterEach
  void open() {
    gate.countDown();
    Gates.reset();
  }

  private static <R> CompletableFuture<R> start(boolean virtual, Callable<R> calls) {
    CompletableFuture<R> result = new CompletableFuture<>();
    Thread.Builder builder =
        virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon().stackSize(256 << 10);
    builder.start(
        () -> {
          try {
            result.complete(calls.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** Waits for the next call of this function, which lets this one continue. */
  private static int chain(int n) {
    ENTERED.incrementAndGet();
    Gates.open("chain " + (n - 1));
    Gates.pass("chain " + n);
    return n;
  }

  @Test
  void callsThatWaitForLaterCallsAllEnd() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int n = i;
      all.add(start(i % 2 == 0, () -> toB.rpcSync(() -> chain(n))));
      eventually(() -> assertThat(ENTERED).hasValue(n + 1));
    }
    toB.runSync(() -> Gates.open("chain 199"));
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).join()).isEqualTo(i);
    }
  }

  private static int block(int n) throws InterruptedException {
    ENTERED.incrementAndGet();
    assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
    return n;
  }

  @Test
  void thousandsOfPlatformAndVirtualThreadsWaitInCallsThatBlockAtOnce() {
    Peer withLongTimeout = toB.withTimeout(Duration.ofSeconds(90));
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int n = i;
      all.add(start(i % 2 == 0, () -> withLongTimeout.rpcSync(() -> block(n))));
    }
    eventually(() -> assertThat(ENTERED).hasValue(CALLERS));
    assertThat(toB.rpcSync(() -> 1)).as("one more caller").isOne();
    toB.runSync(() -> gate.countDown());
    for (int i = 0; i < CALLERS; i++) {
      assertThat(all.get(i).join()).isEqualTo(i);
    }
  }

  /** Calls the other worker on a new platform thread, which calls this worker, and so on. */
  private static int bounce(int depth) {
    Worker here = Worker.current();
    Peer other = here.peer(here.name().equals("a") ? "b" : "a");
    return depth == 0 ? 0 : 1 + start(false, () -> other.rpcSync(() -> bounce(depth - 1))).join();
  }

  private static int bounceHere(int depth) {
    Worker here = Worker.current();
    Peer other = here.peer(here.name().equals("a") ? "b" : "a");
    return depth == 0 ? 0 : 1 + other.rpcSync(() -> bounceHere(depth - 1));
  }

  @Test
  void platformThreadsNestCallsBackAndForth() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(start(false, () -> toB.rpcSync(() -> bounce(50))));
      all.add(start(false, () -> toB.rpcSync(() -> bounceHere(50))));
      all.add(start(true, () -> b.peer("a").rpcSync(() -> bounceHere(50))));
    }
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(50));
  }

  @Test
  void callbacksCallAndWaitWhileOtherCallersRead() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int n = i;
      all.add(toB.rpcAsync(() -> n).thenApply(x -> toB.rpcSync(() -> x + 1)));
      assertThat(toB.rpcSync(() -> n)).isEqualTo(n);
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).join()).isEqualTo(i + 1);
    }
  }

  /** Returns whether it began after the caller's previous call. */
  private static boolean follows(int caller, int call) {
    return last.getAndSet(caller, call) < call;
  }

  @SuppressWarnings("ThreadPriorityCheck") // to mix up the schedule a little
  private Storm storm(int caller, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    List<CompletableFuture<Boolean>> open = new ArrayList<>();
    int calls = 0;
    int late = 0;
    while (System.nanoTime() - end < 0) {
      int n = ++calls;
      switch (random.nextInt(8)) {
        case 0 -> assertThat(toB.rpcSync(() -> "" + n)).as("seed %d", seed).isEqualTo("" + n);
        case 1 -> assertThat(toB.rpcSync(() -> bounceHere(2))).as("seed %d", seed).isEqualTo(2);
        case 2 -> Thread.yield();
        case 3, 4 -> late += toB.rpcSync(() -> follows(caller, n)) ? 0 : 1;
        default -> open.add(toB.rpcAsync(() -> follows(caller, n)));
      }
    }
    for (CompletableFuture<Boolean> each : open) {
      late += each.join() ? 0 : 1;
    }
    return new Storm(calls, late);
  }

  private record Storm(int calls, int late) {}

  @Test
  void aStormOfCallersIsAnsweredAndTheCallsOfEachBeginInTheirOrder() {
    int callers = 24;
    last = new AtomicIntegerArray(callers);
    long seed = System.nanoTime();
    List<CompletableFuture<Storm>> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int caller = i;
      all.add(start(i % 2 == 0, () -> storm(caller, seed + caller)));
    }
    int calls = all.stream().mapToInt(each -> each.join().calls()).sum();
    int late = all.stream().mapToInt(each -> each.join().late()).sum();
    // A thread without a processor for long may be overtaken; real disorder would show in many.
    assertThat(late).as("late of %d, seed %d", calls, seed).isLessThan(10 + calls / 100);
  }
}
