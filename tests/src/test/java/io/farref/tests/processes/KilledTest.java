package io.farref.tests.processes;

import static io.farref.tests.processes.Trio.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.Unreferenced;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The view of the other processes when one is killed with SIGKILL, and when one stalls for a while.
 */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class KilledTest {
  private static final AtomicInteger FREED = new AtomicInteger();
  private static final CountDownLatch[] GATE = new CountDownLatch[2];

  private Trio trio;
  private Worker a;
  private Peer b;
  private Peer c;

  @BeforeEach
  void start() throws Exception {
    FREED.set(0);
    GATE[0] = new CountDownLatch(1);
    GATE[1] = new CountDownLatch(1);
    trio = new Trio();
    a = trio.a;
    b = trio.b;
    c = trio.c;
  }

  /** The remaining workers close gracefully, at once, and nothing is left. */
  @AfterEach
  void theOthersLeaveGracefully() throws Exception {
    try (Trio all = trio) {
      all.assertQuiet();
      all.leave();
      assertThat(all.jvmC.awaitExit()).as("exit code after %s", all.jvmC.said()).isZero();
    }
  }

  static final class Watched implements Unreferenced {
    int touch() {
      return FREED.get();
    }

    @Override
    public void unreferenced() {
      FREED.incrementAndGet();
    }
  }

  private static Throwable failureOf(CompletableFuture<?> future) throws Exception {
    try {
      future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError("did not fail");
  }

  private static void assertLost(Throwable failure, Execution execution) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            WorkerLostException.class,
            e -> {
              assertThat(e.execution()).isEqualTo(execution);
              assertThat(e.safeToRetry()).isEqualTo(execution == Execution.NOT_EXECUTED);
            })
        .hasMessageContaining("worker b");
  }

  private void killB() throws Exception {
    trio.jvmB.kill();
    eventually(() -> assertThat(a.peers()).containsExactly(a.self(), c));
  }

  @Test
  void aValueThatOnlyAKilledWorkerHeldIsFreed() throws Exception {
    try (RRef<Watched> dropped = a.rref(new Watched());
        RRef<Watched> heldByC = a.rref(new Watched())) {
      b.runSync(() -> Member.kept = List.of(dropped, heldByC));
      c.runSync(() -> Member.kept = heldByC);
    }
    assertThat(FREED).hasValue(0);
    killB();
    eventually(() -> assertThat(FREED).hasValue(1));
    eventually(
        () -> assertThat(a.ownedValues()).flatExtracting(OwnedValue::holders).containsExactly("c"));
    c.runSync(
        () -> {
          assertThat((int) ((RRef<?>) Member.kept).call("touch")).isEqualTo(1);
          ((RRef<?>) Member.kept).close();
          Member.kept = null;
        });
    eventually(() -> assertThat(FREED).hasValue(2));
  }

  interface Touching {
    int touch();
  }

  @Test
  void referencesToValuesOfAKilledWorkerFailAtOnceEverywhere() throws Exception {
    try (RRef<Watched> ref = b.remote(Watched::new)) {
      Touching facade = ref.as(Touching.class);
      c.runSync(() -> Member.kept = ref);
      killB();
      long start = System.nanoTime();
      assertLost(catchThrowable(ref::toHere), Execution.NOT_EXECUTED);
      assertLost(catchThrowable(() -> ref.rpcSync(Watched::touch)), Execution.NOT_EXECUTED);
      assertLost(catchThrowable(facade::touch), Execution.NOT_EXECUTED);
      assertLost(failureOf(ref.rpcAsync(Watched::touch)), Execution.NOT_EXECUTED);
      try (RRef<Integer> next = ref.remote(Watched::touch)) {
        assertLost(catchThrowable(next::toHere), Execution.NOT_EXECUTED);
      }
      assertLost(
          catchThrowable(() -> c.runSync(() -> ((RRef<?>) Member.kept).toHere())),
          Execution.EXECUTED); // the function at c ran
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
      c.runSync(() -> Member.kept = null);
    }
  }

  @Test
  void pendingCallsToAKilledWorkerFailAtOnceAsMaybeExecuted() throws Exception {
    List<CompletableFuture<Integer>> pending = new ArrayList<>();
    Peer withoutTimeout = b.withTimeout(Duration.ZERO);
    for (int i = 0; i < 100; i++) {
      pending.add(withoutTimeout.rpcAsync(Member::block));
    }
    CompletableFuture<Integer> fromC =
        c.withTimeout(Duration.ZERO)
            .rpcAsync(() -> Worker.current().peer("b").rpcSync(Member::block));
    RRef<Integer> creating = withoutTimeout.remote(Member::block);
    CompletableFuture<Integer> onIt = creating.rpcAsync(n -> n + 1);
    b.runSync(Member::awaitBlocked);
    trio.jvmB.kill();
    List<Peer> atFailure = pending.getFirst().handle((_, _) -> a.peers()).get();
    assertThat(atFailure).containsExactly(a.self(), c);
    for (CompletableFuture<Integer> each : pending) {
      assertLost(failureOf(each), Execution.MAYBE_EXECUTED);
    }
    assertLost(failureOf(fromC), Execution.EXECUTED); // at c, where it waited for b
    assertLost(failureOf(onIt), Execution.MAYBE_EXECUTED);
    assertThatThrownBy(creating::toHere).isInstanceOf(WorkerLostException.class);
    creating.close();
    assertLost(catchThrowable(() -> b.rpcSync(Member::block)), Execution.NOT_EXECUTED);
    assertThat(c.<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
  }

  private static int meet() throws InterruptedException {
    GATE[0].countDown();
    GATE[1].await();
    return 1;
  }

  @Test
  void aKilledCallerLeavesNothingAtItsCallees() throws Exception {
    b.runSync(
        () -> {
          Peer other = Worker.current().peer("a");
          Member.kept = List.of(other.remote(Watched::new), other.rpcAsync(KilledTest::meet));
        });
    assertThat(GATE[0].await(30, TimeUnit.SECONDS)).isTrue();
    killB();
    eventually(() -> assertThat(FREED).hasValue(1));
    GATE[1].countDown();
    eventually(() -> assertThat(a.stats().callsRunning()).isZero());
  }

  private static int meetUntilInterrupted() throws InterruptedException {
    try {
      return meet();
    } catch (InterruptedException e) {
      FREED.incrementAndGet();
      throw e;
    }
  }

  @Test
  void callsOfAKilledCallerAreInterruptedAndSoAreTheCallsThatTheyMade() throws Exception {
    b.runSync(
        () ->
            Member.kept =
                List.of(
                    Worker.current().peer("a").rpcAsync(KilledTest::meetUntilInterrupted),
                    Worker.current()
                        .peer("c")
                        .rpcAsync(
                            () ->
                                Worker.current()
                                    .peer("a")
                                    .rpcSync(KilledTest::meetUntilInterrupted))));
    assertThat(GATE[0].await(30, TimeUnit.SECONDS)).isTrue();
    eventually(() -> assertThat(a.stats().callsRunning()).isEqualTo(2));
    killB();
    eventually(() -> assertThat(FREED).hasValue(2));
  }

  @Test
  void aReferencePassedOnByAWorkerThatIsThenKilledStaysUsable() throws Exception {
    try (RRef<Watched> mine = a.rref(new Watched())) {
      b.runSync(() -> Member.kept = mine);
    }
    b.runSync(() -> Worker.current().peer("c").runSync(ship((RRef<?>) Member.kept)));
    killB();
    assertThat((int) c.rpcSync(() -> (int) ((RRef<?>) Member.kept).call("touch"))).isZero();
    c.runSync(() -> Member.kept = null);
    eventually(
        () -> {
          c.runSync(System::gc);
          assertThat(FREED).hasValue(1);
        });
  }

  private static io.farref.RemoteRunnable<RuntimeException> ship(RRef<?> ref) {
    return () -> Member.kept = ref;
  }

  @Test
  void aBarrierThatWaitsForAKilledWorkerFails() throws Exception {
    CompletableFuture<Void> atC = c.runAsync(() -> Worker.current().barrier());
    CompletableFuture<Void> here = a.self().runAsync(() -> Worker.current().barrier());
    b.runSync(() -> {});
    trio.jvmB.kill();
    assertThat(failureOf(atC)).isInstanceOf(WorkerLostException.class).hasMessageContaining("b");
    assertThat(failureOf(here)).isInstanceOf(WorkerLostException.class).hasMessageContaining("b");
  }

  @Test
  void aWorkerEndedBySigtermIsLostToTheOthers() throws Exception {
    CompletableFuture<Integer> pending = b.rpcAsync(Member::block);
    b.runSync(Member::awaitBlocked);
    trio.jvmB.signal("TERM");
    assertThat(trio.jvmB.awaitExit()).isEqualTo(128 + 15);
    assertLost(failureOf(pending), Execution.MAYBE_EXECUTED);
  }

  @Test
  void aWorkerThatStallsForLessThanTheSessionTimeoutIsNotLost() throws Exception {
    try (RRef<Watched> ref = b.remote(Watched::new)) {
      assertThat((int) ref.rpcSync(Watched::touch)).isZero();
      trio.jvmB.signal("STOP");
      try {
        assertThatThrownBy(() -> ref.withTimeout(Duration.ofSeconds(1)).rpcSync(Watched::touch))
            .isInstanceOf(RpcTimeoutException.class);
      } finally {
        trio.jvmB.signal("CONT");
      }
      assertThat((int) ref.rpcSync(Watched::touch)).isZero();
      assertThat(a.peers()).containsExactly(a.self(), b, c);
    }
  }
}
