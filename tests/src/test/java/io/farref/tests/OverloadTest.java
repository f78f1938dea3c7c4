package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.WorkerStats;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The view of callers of an overloaded worker. */
@Timeout(100)
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@EnumSource
class OverloadTest {
  private static final int CALLS = 20;
  private static final AtomicInteger ENTERED = new AtomicInteger();
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  /** How the workers are connected. */
  enum Connection {
    IN_PROCESS(group -> group),
    TCP(group -> group.sockets().configure(worker -> worker.sameHost(SameHost.TCP))),
    UNIX(group -> group.sockets().configure(worker -> worker.sameHost(SameHost.UNIX)));

    private final UnaryOperator<LocalGroup.Builder> choice;

    Connection(UnaryOperator<LocalGroup.Builder> choice) {
      this.choice = choice;
    }
  }

  private final Connection connection;
  private LocalGroup group = LocalGroup.builder().start("x");
  private Worker a;
  private Peer b;

  OverloadTest(Connection connection) {
    this.connection = connection;
    group.closeNow();
  }

  @BeforeEach
  void closeGate() {
    ENTERED.set(0);
    gate = new CountDownLatch(1);
  }

  private void start(Limits limits, Overload choice) {
    group =
        connection
            .choice
            .apply(LocalGroup.builder())
            .configure(worker -> worker.limits(limits).onOverload(choice))
            .start("a", "b", "c");
    a = group.worker("a");
    b = a.peer("b");
  }

  private static Limits calls(int calls) {
    return Limits.DEFAULT.withMaxPendingCalls(calls);
  }

  /** All credit has been returned, and no call is under way. */
  @AfterEach
  void allCreditIsBack() {
    gate.countDown();
    try {
      for (Worker each : group.workers()) {
        TwoWorkers.assertQuiet(each);
        TwoWorkers.eventually(
            () -> {
              WorkerStats now = each.stats();
              assertThat(now.callsUnanswered()).as("callsUnanswered").isZero();
              assertThat(now.bytesUnanswered()).as("bytesUnanswered").isZero();
              assertThat(now.bytesQueued()).as("bytesQueued").isZero();
            });
      }
    } finally {
      group.closeNow();
    }
  }

  private static int blocked() throws InterruptedException {
    ENTERED.incrementAndGet();
    gate.await();
    return 1;
  }

  /** Ignores interrupts. */
  private static int stubborn() {
    ENTERED.incrementAndGet();
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
    return 1;
  }

  private static int blockedWith(byte[] bytes) throws InterruptedException {
    return blocked() * bytes.length;
  }

  private List<CompletableFuture<Integer>> fill(int calls) {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      all.add(b.rpcAsync(OverloadTest::blocked));
    }
    return all;
  }

  private static void assertAnswered(List<CompletableFuture<Integer>> all) {
    gate.countDown();
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(1));
  }

  private static <X extends RpcException> void assertNotExecuted(
      Throwable failure, Class<X> type, String... parts) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            type, e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED))
        .hasMessageContainingAll(parts);
  }

  @Test
  void aFastCallerIsBoundedByTheWindowAndOthersHaveTheirOwn() throws Exception {
    start(calls(CALLS), Overload.WAIT);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    CompletableFuture<Void> producer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 10 * CALLS; i++) {
                all.add(b.rpcAsync(OverloadTest::blocked));
              }
            },
            task -> Thread.ofPlatform().start(task));
    TwoWorkers.eventually(() -> assertThat(ENTERED).hasValue(CALLS));
    TwoWorkers.eventually(() -> assertThat(a.stats().callsDelayed()).isPositive());
    Peer c = a.peer("c");
    for (int i = 0; i < 1_000; i++) {
      int n = i;
      assertThat(c.rpcSync(() -> n + 1)).isEqualTo(i + 1);
    }
    assertThat(ENTERED).hasValue(CALLS);
    assertThat(a.stats().callsUnanswered()).isEqualTo(CALLS);
    assertThat(a.stats().callsPending()).isLessThanOrEqualTo(CALLS + 1);
    assertThat(group.worker("b").stats().callsRunning()).isEqualTo(CALLS);
    assertThat(producer).isNotDone();
    gate.countDown();
    producer.get(60, TimeUnit.SECONDS);
    assertAnswered(all);
    assertThat(ENTERED).hasValue(10 * CALLS);
    assertThat(group.worker("b").stats().callsRefused()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 100_000, 3_000_000})
  void unansweredBytesAreBoundedInFramesAndStreams(int size) {
    long window = 4L * size + (64 << 10);
    start(Limits.DEFAULT.withMaxPendingBytes(window), Overload.WAIT);
    byte[] bytes = new byte[size];
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    CompletableFuture<Void> producer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 200; i++) {
                all.add(b.rpcAsync(() -> blockedWith(bytes)));
              }
            },
            task -> Thread.ofPlatform().start(task));
    TwoWorkers.eventually(() -> assertThat(a.stats().bytesUnanswered()).isGreaterThan(4L * size));
    assertThat(a.stats().bytesUnanswered()).isLessThanOrEqualTo(window);
    assertThat(producer).isNotDone();
    assertThat(a.peer("c").rpcSync(() -> 1)).isEqualTo(1);
    gate.countDown();
    producer.join();
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(size));
    assertThat(group.worker("b").stats().callsRefused()).isZero();
  }

  @Test
  void aMessageOverTheWindowArrivesAndLeavesCreditForItsOwnCalls() {
    start(Limits.DEFAULT.withMaxPendingBytes(100_000), Overload.WAIT);
    byte[] bytes = new byte[1_000_000];
    assertThat(
            b.rpcSync(
                () ->
                    bytes.length
                        + Worker.current()
                            .peer("a")
                            .rpcSync(() -> Worker.current().peer("b").rpcSync(() -> 1))))
        .isEqualTo(1_000_001);
  }

  @Test
  void theWaitForCapacityEndsAtTheDeadlineOfTheCall() {
    start(calls(CALLS), Overload.WAIT);
    List<CompletableFuture<Integer>> all = fill(CALLS);
    Peer hasty = b.withTimeout(Duration.ofMillis(50));
    String limit = "limit maxPendingCalls is " + CALLS + " on worker b";
    assertNotExecuted(
        catchThrowable(() -> hasty.rpcSync(() -> 1)), RpcTimeoutException.class, limit);
    assertThatThrownBy(() -> hasty.rpcAsync(() -> 1).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .satisfies(e -> assertNotExecuted(e, RpcTimeoutException.class, limit));
    try (RRef<Integer> late = hasty.remote(() -> 1)) {
      assertNotExecuted(catchThrowable(late::toHere), RpcTimeoutException.class, limit);
    }
    assertAnswered(all);
    assertThat(ENTERED).hasValue(CALLS);
  }

  @Test
  void anInterruptEndsTheWaitForCapacity() throws Exception {
    start(calls(CALLS), Overload.WAIT);
    List<CompletableFuture<Integer>> all = fill(CALLS);
    AtomicReference<Throwable> sync = new AtomicReference<>();
    AtomicReference<CompletableFuture<Integer>> async = new AtomicReference<>();
    List<Boolean> flags = new ArrayList<>();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  sync.set(catchThrowable(() -> b.rpcSync(() -> 1)));
                  flags.add(Thread.interrupted());
                  async.set(b.rpcAsync(() -> 1));
                  flags.add(Thread.interrupted());
                });
    interruptWhileItWaits(caller);
    interruptWhileItWaits(caller);
    caller.join();
    assertNotExecuted(sync.get(), RpcCancelledException.class, "interrupted");
    assertNotExecuted(async.get().exceptionNow(), RpcCancelledException.class, "interrupted");
    assertThat(flags).containsExactly(true, true);
    assertAnswered(all);
  }

  private void interruptWhileItWaits(Thread thread) {
    long before = a.stats().callsDelayed();
    TwoWorkers.eventually(
        () ->
            assertThat(thread.getState())
                .isIn(Thread.State.TIMED_WAITING, Thread.State.TERMINATED));
    thread.interrupt();
    TwoWorkers.eventually(
        () ->
            assertThat(!thread.isAlive() || a.stats().callsDelayed() > before)
                .as("it continued")
                .isTrue());
  }

  @Test
  void theLossOfTheOtherWorkerEndsTheWaitForCapacity() throws Exception {
    start(calls(CALLS), Overload.WAIT);
    List<CompletableFuture<Integer>> all = fill(CALLS);
    CompletableFuture<Throwable> waiting =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> b.rpcSync(() -> 1)),
            task -> Thread.ofPlatform().start(task));
    TwoWorkers.eventually(() -> assertThat(a.stats().callsDelayed()).isPositive());
    group.worker("b").closeNow();
    assertNotExecuted(waiting.get(30, TimeUnit.SECONDS), WorkerLostException.class, "worker b");
    assertThat(all)
        .allSatisfy(
            each -> assertThatThrownBy(each::join).hasCauseInstanceOf(WorkerLostException.class));
  }

  @Test
  void aRefusedCallNamesTheLimitItsValueAndTheSize() {
    start(calls(CALLS), Overload.REFUSE);
    List<CompletableFuture<Integer>> all = fill(CALLS);
    String[] parts = {
      "limit maxPendingCalls is " + CALLS + " on worker b",
      CALLS + " calls of ",
      "this call counts "
    };
    assertOverload(catchThrowable(() -> b.rpcSync(() -> 1)), parts);
    assertThat(b.rpcAsync(() -> 1)).satisfies(each -> assertOverload(each.exceptionNow(), parts));
    try (RRef<Integer> refused = b.remote(() -> 1)) {
      assertOverload(catchThrowable(refused::toHere), parts);
    }
    assertThat(a.stats().callsRefused()).isEqualTo(3);
    assertThat(a.stats().callsUnanswered()).isEqualTo(CALLS);
    assertAnswered(all);
    TwoWorkers.eventually(() -> assertThat(b.rpcSync(() -> 1)).isEqualTo(1));
  }

  private static void assertOverload(Throwable failure, String... parts) {
    assertNotExecuted(failure, RefusedException.class, parts);
    assertThat(((RefusedException) failure).isOverload()).isTrue();
  }

  @Test
  void aRefusalForBytesNamesTheLimit() {
    start(Limits.DEFAULT.withMaxPendingBytes(100_000), Overload.REFUSE);
    byte[] half = new byte[50_000];
    CompletableFuture<Integer> first = b.rpcAsync(() -> blockedWith(half));
    assertOverload(
        catchThrowable(() -> b.rpcSync(() -> blockedWith(new byte[half.length].clone()) + half[0])),
        "limit maxPendingBytes is 100000 on worker b",
        "this call counts 50");
    assertThat(b.rpcSync(() -> 1)).isEqualTo(1);
    gate.countDown();
    assertThat(first.join()).isEqualTo(half.length);
  }

  @ParameterizedTest
  @EnumSource
  void aRecursionDeeperThanTheWindowFailsAndTheWorkersContinue(Overload choice) {
    start(calls(CALLS), choice);
    Peer hasty = b.withTimeout(Duration.ofSeconds(2));
    Throwable failure = catchThrowable(() -> hasty.rpcSync(() -> down("a", "b")));
    Throwable root = failure;
    if (choice == Overload.REFUSE) {
      assertThat(root).isInstanceOf(RefusedException.class);
      assertThat(root).hasMessageContaining("limit maxPendingCalls is " + CALLS);
    } else {
      assertThat(root).isInstanceOf(RpcTimeoutException.class);
    }
    TwoWorkers.eventually(() -> assertThat(b.rpcSync(() -> 1)).isEqualTo(1));
    assertThat(group.worker("b").peer("a").rpcSync(() -> 1)).isEqualTo(1);
  }

  private static int down(String next, String after) {
    return 1
        + Worker.current().peer(next).<Integer, RuntimeException>rpcSync(() -> down(after, next));
  }

  @Test
  void creationsUseCreditAndReturnItWhenDone() {
    start(calls(CALLS), Overload.WAIT);
    List<RRef<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 50 * CALLS; i++) {
      int n = i;
      all.add(b.remote(() -> n));
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).toHere()).isEqualTo(i);
      all.get(i).close();
    }
    List<RRef<Integer>> slow = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      slow.add(b.remote(OverloadTest::blocked));
    }
    TwoWorkers.eventually(() -> assertThat(ENTERED).hasValue(CALLS));
    assertThat(a.stats().callsUnanswered()).isEqualTo(CALLS);
    assertThatThrownBy(() -> b.withTimeout(Duration.ofMillis(20)).rpcSync(() -> 1))
        .isInstanceOf(RpcTimeoutException.class);
    gate.countDown();
    assertThat(b.rpcSync(() -> 2)).isEqualTo(2);
    slow.forEach(RRef::close);
    assertThat(group.worker("b").stats().callsRefused()).isZero();
  }

  @Test
  void anAbandonedCallUsesCreditUntilItIsAnswered() {
    start(calls(CALLS), Overload.WAIT);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      all.add(b.rpcAsync(OverloadTest::stubborn));
    }
    TwoWorkers.eventually(() -> assertThat(ENTERED).hasValue(CALLS));
    all.forEach(each -> each.cancel(false));
    assertThat(a.stats().callsPending()).isZero();
    assertThat(a.stats().callsUnanswered()).isEqualTo(CALLS);
    gate.countDown();
    assertThat(b.rpcSync(() -> 1)).isEqualTo(1);
  }

  /** Cannot be encoded. */
  private static final class Stuck {
    private final Thread thread = Thread.currentThread();
  }

  @Test
  void callsThatFailOnEitherSideReturnTheirCredit() {
    start(calls(CALLS).withMaxMessageBytes(10_000), Overload.WAIT);
    Stuck stuck = new Stuck();
    byte[] none = new byte[0];
    String large = "x".repeat(20_000);
    Peer hasty = b.withTimeout(Duration.ofNanos(1));
    for (int i = 0; i < 2 * CALLS; i++) {
      assertThat(catchThrowable(() -> b.rpcSync(() -> stuck.thread.getName())))
          .isInstanceOf(EncodingException.class);
      assertThat(catchThrowable(() -> b.rpcSync(() -> large.length())))
          .isInstanceOf(RefusedException.class);
      assertThat(catchThrowable(() -> b.rpcSync(() -> "y".repeat(20_000))))
          .isInstanceOf(RefusedException.class);
      assertThat(catchThrowable(() -> b.rpcSync(() -> none[0])))
          .isInstanceOf(ArrayIndexOutOfBoundsException.class);
      assertThat(catchThrowable(() -> hasty.rpcSync(() -> 1)))
          .satisfiesAnyOf(
              e -> assertThat(e).isInstanceOf(RpcTimeoutException.class),
              e -> assertThat(e).as("it was quicker").isNull());
      b.rpcAsync(() -> 1).cancel(true);
    }
    assertThat(b.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void manyThreadsShareAWindowThatIsTooSmallForThem() {
    start(calls(8), Overload.WAIT);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int t = 0; t < 64; t++) {
      int thread = t;
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                int sum = 0;
                for (int i = 0; i < 50; i++) {
                  int n = i;
                  sum +=
                      switch (thread % 3) {
                        case 0 -> b.<Integer, RuntimeException>rpcSync(() -> n);
                        case 1 -> b.rpcAsync(() -> n).join();
                        default -> {
                          try (RRef<Integer> made = b.remote(() -> n)) {
                            yield made.toHere();
                          }
                        }
                      };
                }
                return sum;
              },
              task -> Thread.ofVirtual().start(task)));
    }
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(49 * 25));
    assertThat(group.worker("b").stats().callsRefused()).isZero();
  }
}
