package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections are read and calls make progress, whatever user code does. */
class ProgressTest extends TwoWorkers {
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final ConcurrentLinkedQueue<String> PATH = new ConcurrentLinkedQueue<>();
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  @BeforeEach
  void reset() {
    gate = new CountDownLatch(1);
    CALLS.set(0);
    PATH.clear();
  }

  @AfterEach
  void open() {
    gate.countDown();
  }

  private static void block() throws InterruptedException {
    CALLS.incrementAndGet();
    gate.await();
  }

  /** Calls the other worker, which calls this worker, and so on. */
  private static int bounce(int depth) {
    Worker here = Worker.current();
    String other = here.name().equals("a") ? "b" : "a";
    return depth == 0 ? 0 : 1 + here.peer(other).rpcSync(() -> bounce(depth - 1));
  }

  private static int selfBounce(int depth) {
    return depth == 0 ? 0 : 1 + Worker.current().self().rpcSync(() -> selfBounce(depth - 1));
  }

  @Test
  void nestedCallsGoAHundredDeepBackAndForthIntoCallersThatWait() {
    assertThat(toB.rpcSync(() -> bounce(100))).isEqualTo(100);
  }

  @Test
  void nestedCallsToTheWorkerItselfGoAHundredDeep() {
    assertThat(a.self().rpcSync(() -> selfBounce(100))).isEqualTo(100);
  }

  @Test
  void manyThreadsNestCallsAtTheSameTime() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(toB.rpcAsync(() -> bounce(20)));
      all.add(b.peer("a").rpcAsync(() -> bounce(20)));
    }
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(20));
  }

  @Test
  void aReferenceCallsBackIntoTheWorkerThatWaits() {
    try (RRef<List<String>> log = a.rref(new ArrayList<>())) {
      int size =
          toB.rpcSync(
              () -> {
                try (log) {
                  log.runSync(list -> list.add("from " + Worker.current().name()));
                  return log.rpcSync(List::size);
                }
              });
      assertThat(size).isOne();
      assertThat(log.localValue()).containsExactly("from a");
    }
  }

  @Test
  void tenThousandBlockingCallsAtOnceMakeProgress() {
    Peer withoutTimeout = toB.withTimeout(Duration.ZERO);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      all.add(withoutTimeout.runAsync(ProgressTest::block));
    }
    eventually(() -> assertThat(CALLS).hasValue(10_000));
    toB.runSync(() -> gate.countDown());
    all.forEach(CompletableFuture::join);
  }

  @Test
  void functionsThatBlockRarelyDoNotUseUpPlatformThreads() {
    int before = readers();
    List<CompletableFuture<Void>> blocked = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      blocked.add(call(true));
      for (int k = 0; k < 5; k++) {
        call(false).join(); // fast, so that the function runs inline again
      }
    }
    eventually(() -> assertThat(CALLS).hasValue(150));
    assertThat(readers() - before).isLessThan(60);
    gate.countDown();
    blocked.forEach(CompletableFuture::join);
  }

  /** One place in the code for fast and slow calls, so that both are of the same function. */
  private CompletableFuture<Void> call(boolean blocks) {
    return toB.runAsync(() -> mayBlock(blocks));
  }

  private static void mayBlock(boolean now) throws InterruptedException {
    if (now) {
      block();
    }
  }

  private static int readers() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().contains("-read-"))
            .count();
  }

  @Test
  void aCallbackThatBlocksDelaysNeitherTheConnectionNorOtherFutures() throws Exception {
    CountDownLatch inCallback = new CountDownLatch(1);
    CompletableFuture<Void> blocked =
        toB.rpcAsync(() -> slowly(1))
            .thenAccept(
                n -> {
                  inCallback.countDown();
                  awaitGate();
                });
    inCallback.await();
    for (int i = 0; i < 100; i++) {
      int n = i;
      assertThat(toB.rpcSync(() -> n)).isEqualTo(n);
      assertThat(toB.rpcAsync(() -> n).thenApply(x -> x + 1).join()).isEqualTo(n + 1);
    }
    assertThat(blocked).isNotDone();
    gate.countDown();
    blocked.join();
  }

  private static int slowly(int n) throws InterruptedException {
    new CountDownLatch(1).await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
    return n;
  }

  private static void awaitGate() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aHundredCallbacksMayBlockAtOnce() {
    List<CompletableFuture<Void>> blocked = new ArrayList<>();
    AtomicInteger inCallback = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      blocked.add(
          toB.rpcAsync(() -> slowly(1))
              .thenAccept(
                  n -> {
                    inCallback.incrementAndGet();
                    awaitGate();
                  }));
    }
    eventually(() -> assertThat(inCallback).hasValue(100));
    assertThat(toB.rpcSync(() -> 1)).isOne();
    gate.countDown();
    blocked.forEach(CompletableFuture::join);
  }

  @Test
  void aCallbackThatThrowsFailsOnlyItsDependents() {
    CompletableFuture<Integer> f = toB.rpcAsync(() -> slowly(1));
    CompletableFuture<Void> bad =
        f.thenAccept(
            n -> {
              throw new StackOverflowError("in a callback");
            });
    CompletableFuture<Integer> good = f.thenApply(n -> n + 1);
    assertThat(good.join()).isEqualTo(2);
    assertThatThrownBy(bad::join).hasCauseInstanceOf(StackOverflowError.class);
    assertThat(f.join()).isEqualTo(1);
    assertThat(toB.rpcSync(() -> 1)).isOne();
  }

  @Test
  void aCallbackMayCallAndWaitForTheSameWorker() {
    CompletableFuture<Integer> f =
        toB.rpcAsync(() -> slowly(1))
            .thenApply(n -> toB.<Integer, RuntimeException>rpcSync(() -> 41) + n)
            .thenApply(n -> toB.<Integer, RuntimeException>rpcSync(() -> bounce(3)) + n);
    assertThat(f.join()).isEqualTo(45);
  }

  @Test
  void aStageCompletedByALaterCallReleasesTheCallerThatWaitsForIt() {
    CompletableFuture<String> first =
        toB.rpcCompose(
            () -> {
              promise = new CompletableFuture<>();
              return promise;
            });
    toB.runSync(() -> promise.complete("by the second"));
    assertThat(first.join()).isEqualTo("by the second");
  }

  private static volatile CompletableFuture<String> promise = new CompletableFuture<>();

  @Test
  void manyLargeRepliesDoNotBlockTheConnection() {
    List<CompletableFuture<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(toB.rpcAsync(() -> new byte[60_000]));
    }
    assertThat(all).allSatisfy(each -> assertThat(each.join()).hasSize(60_000));
  }

  @Test
  void largeArgumentsInBothDirectionsDoNotDeadlock() {
    byte[] large = new byte[1 << 20];
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    Peer toA = b.peer("a");
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    toA.rpcSync(() -> large.length);
                  }
                });
    for (int i = 0; i < 40; i++) {
      all.add(toB.rpcAsync(() -> large.length));
    }
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(1 << 20));
    assertThat(waitFor(other)).isTrue();
  }

  private static boolean waitFor(Thread thread) {
    try {
      return thread.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nestedCallsOfManyVirtualThreadsEnd() throws Exception {
    List<Thread> threads = new ArrayList<>();
    AtomicInteger sum = new AtomicInteger();
    for (int i = 0; i < 2_000; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> sum.addAndGet(toB.<Integer, RuntimeException>rpcSync(() -> bounce(2)))));
    }
    for (Thread each : threads) {
      each.join();
    }
    assertThat(sum).hasValue(4_000);
  }

  @Test
  void aLongComputationDoesNotDelayOtherCallsForLong() throws Exception {
    CompletableFuture<Integer> busy = toB.rpcAsync(ProgressTest::spin);
    eventually(() -> assertThat(CALLS).hasValue(1));
    for (int i = 0; i < 20; i++) {
      assertThat(toB.rpcSync(() -> 1)).isOne();
    }
    assertThat(busy).isNotDone();
    gate.countDown();
    assertThat(busy.join()).isEqualTo(2);
  }

  private static int spin() {
    CALLS.incrementAndGet();
    while (gate.getCount() > 0) {
      Thread.onSpinWait();
    }
    return 2;
  }
}
