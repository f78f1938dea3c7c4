package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.LeakReport;
import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How a group closes: together, at once, or with some of its members gone. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(30)
class ClosingTest {
  private static final String TRACK = "farref.trackOrigins";

  /** Values left by shipped functions, visible in the whole JVM. */
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();

  private static final ConcurrentMap<String, RRef<?>> KEPT = new ConcurrentHashMap<>();

  private final List<LeakReport> leaks = new CopyOnWriteArrayList<>();
  private final LocalGroup group;
  private final Worker a;
  private final Worker b;
  private final Worker c;
  private final Peer toB;
  private final Peer toC;

  ClosingTest(Wire wire) {
    group = wire.group().configure(worker -> worker.onLeak(leaks::add)).start("a", "b", "c");

    a = group.worker("a");
    b = group.worker("b");
    c = group.worker("c");
    toB = a.peer("b");
    toC = a.peer("c");
  }

  @BeforeEach
  void reset() {
    Gates.reset();
    Resource.reset();
    SEEN.clear();
    KEPT.clear();
  }

  @AfterEach
  void close() {
    System.clearProperty(TRACK);
    Gates.reset();
    KEPT.clear();
    group.closeNow();
    assertThat(group.workers())
        .allSatisfy(
            worker -> {
              assertThat(worker.stats().valuesOwned()).isZero();
              assertThat(worker.stats().referencesHeld()).isZero();
              assertThat(worker.stats().callsPending()).isZero();
            });
  }

  private static CompletableFuture<Void> inBackground(Runnable action) {
    return CompletableFuture.runAsync(action, task -> Thread.ofPlatform().start(task));
  }

  private static void assertStillWaits(CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  private static void see(String what) {
    SEEN.add(what);
  }

  // ---- Together --------------------------------------------------------------------------------

  @Test
  void closeWaitsForEveryMemberAndServesCallsMeanwhile() {
    CompletableFuture<Void> closeA = inBackground(a::close);
    CompletableFuture<Void> closeB = inBackground(b::close);
    assertStillWaits(closeA);
    int three = c.peer("a").rpcSync(() -> Math.addExact(1, 2));
    assertThat(three).isEqualTo(3);
    String name = c.peer("b").rpcSync(() -> Worker.current().peer("a").rpcSync(() -> "a"));
    assertThat(name).isEqualTo("a");
    assertThat(closeA).isNotDone();
    c.close();
    closeA.join();
    closeB.join();
    assertThat(leaks).isEmpty();
  }

  @Test
  void callsInFlightFinishAndMayMakeCallsWhileTheGroupCloses() {
    CompletableFuture<String> call =
        toB.rpcAsync(
            () -> {
              Gates.pass("call");
              return Worker.current()
                  .peer("c")
                  .rpcSync(
                      () -> Worker.current().peer("a").rpcSync(() -> "a, after all were closing"));
            });
    CompletableFuture<Void> closed = inBackground(group::close);
    assertStillWaits(closed);
    Gates.open("call");
    assertThat(call.join()).isEqualTo("a, after all were closing");
    closed.join();
  }

  @Test
  void aCreationWhoseReferenceWasDroppedRunsBeforeTheGroupCloses() {
    toB.remote(
            () -> {
              Gates.pass("creation");
              see("created");
              return new Resource("r");
            })
        .close();
    CompletableFuture<Void> closed = inBackground(group::close);
    assertStillWaits(closed);
    Gates.open("creation");
    closed.join();
    assertThat(SEEN).containsExactly("created");
    Groups.eventually("freed", () -> Resource.freed().equals(List.of("r")));
    assertThat(leaks).isEmpty();
  }

  @Test
  void closeDoesNotWaitForCallsWhoseCallerGaveUp() {
    assertThatThrownBy(
            () -> toB.withTimeout(Duration.ofMillis(20)).runSync(() -> Gates.pass("call")))
        .isInstanceOf(RpcTimeoutException.class);
    CompletableFuture<Void> cancelled = toC.runAsync(() -> Gates.pass("call"));
    assertThat(cancelled.cancel(true)).isTrue();
    group.close();
    assertThat(leaks).isEmpty();
  }

  @Test
  void heldValuesAreReleasedAndReportedWhenTheGroupCloses() {
    RRef<Resource> kept = toB.remote(() -> new Resource("kept"));
    toC.runSync(() -> KEPT.put("c", kept));
    group.close();
    Groups.eventually("told", () -> Resource.freed().equals(List.of("kept")));
    assertThatThrownBy(kept::toHere).isInstanceOf(RuntimeException.class);
  }

  // ---- Leaks -----------------------------------------------------------------------------------

  @Test
  void theLeakReportNamesOwnerTypeAndHolders() {
    RRef<Resource> leaked = toB.remote(() -> new Resource("leaked"));
    toC.runSync(() -> KEPT.put("c", leaked));
    RRef<Counter> own = c.rref(new Counter());
    RRef<Counter> closed = toB.remote(Counter::new);
    closed.close();
    group.close();
    assertThat(leaks).extracting(LeakReport::worker).containsExactlyInAnyOrder("b", "c");
    for (LeakReport report : leaks) {
      assertThat(report.values()).hasSize(1);
      OwnedValue value = report.values().getFirst();
      if (report.worker().equals("b")) {
        assertThat(value.type()).isEqualTo(Resource.class.getName());
        assertThat(value.holders()).containsExactly("a", "c");
      } else {
        assertThat(value.type()).isEqualTo(Counter.class.getName());
        assertThat(value.holders()).containsExactly("c");
      }
      assertThat(value.origin()).isEmpty();
    }
    assertThat(own.isOwner()).isTrue();
    assertThat(leaked.isOwner()).isFalse();
  }

  @Test
  void aReferenceClosedRightBeforeIsNoLeak() {
    List<RRef<?>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RRef<Counter> counter = toB.remote(Counter::new);
      toC.runAsync(() -> counter.runSync(x -> x.add(1)));
      all.add(counter);
    }
    all.forEach(RRef::close);
    group.close();
    assertThat(leaks).isEmpty();
  }

  /** Holds a value on another worker. */
  static final class Holder {
    private final RRef<?> held;

    Holder(RRef<?> held) {
      this.held = held;
    }

    boolean holds() {
      return held != null;
    }
  }

  @Test
  void garbageAndValuesHeldByGarbageAreNoLeaks() {
    dropAChainOfHolders();
    group.close();
    assertThat(leaks).isEmpty();
  }

  private void dropAChainOfHolders() {
    RRef<Counter> counter = toB.remote(Counter::new);
    RRef<Holder> onC = toC.remote(() -> new Holder(counter));
    RRef<Holder> onB = toB.remote(() -> new Holder(onC));
    boolean holds = onB.rpcSync(Holder::holds);
    assertThat(holds).isTrue();
  }

  @Test
  void theLeakReportNamesTheCreationSiteWhenOriginsAreTracked() {
    System.setProperty(TRACK, "true");
    RRef<Resource> leaked = toB.remote(() -> new Resource("leaked"));
    RRef<String> chained = leaked.remote(r -> r.name());
    RRef<Counter> own = b.rref(new Counter());
    toC.runSync(() -> KEPT.put("c", leaked));
    leaked.close(); // c alone holds it; a's call site is still known
    group.close();
    assertThat(leaks).hasSize(1);
    List<OwnedValue> values = leaks.getFirst().values();
    assertThat(values).hasSize(3);
    assertThat(values)
        .allSatisfy(
            value -> {
              StackTraceElement site = value.origin().orElseThrow();
              assertThat(site.getClassName()).isEqualTo(ClosingTest.class.getName());
              assertThat(site.getMethodName())
                  .isEqualTo("theLeakReportNamesTheCreationSiteWhenOriginsAreTracked");
              assertThat(site.getFileName()).isEqualTo("ClosingTest.java");
              assertThat(site.getLineNumber()).isPositive();
            });
    assertThat(
            values.stream().map(value -> value.origin().orElseThrow().getLineNumber()).distinct())
        .hasSize(3);
    assertThat(chained.isOwner()).isFalse();
    assertThat(own.isOwner()).isTrue();
  }

  @Test
  void useAfterCloseNamesTheClosingSiteWhenOriginsAreTracked() {
    RRef<Counter> untracked = toB.remote(Counter::new);
    untracked.close();
    assertThatThrownBy(untracked::toHere)
        .isInstanceOf(RRefReleasedException.class)
        .hasMessageNotContaining("ClosingTest.java");
    System.setProperty(TRACK, "true");
    RRef<Counter> counter = toB.remote(Counter::new);
    counter.close();
    assertThatThrownBy(counter::toHere)
        .isInstanceOf(RRefReleasedException.class)
        .hasMessageContaining("useAfterCloseNamesTheClosingSiteWhenOriginsAreTracked")
        .hasMessageContaining("ClosingTest.java");
  }

  // ---- Bounded, and with members gone ----------------------------------------------------------

  @Test
  void closeWithATimeoutDoesNotWaitLonger() {
    long start = System.nanoTime();
    a.close(Duration.ofMillis(200));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThatThrownBy(() -> b.peer("a").rpcSync(() -> 1)).isInstanceOf(RuntimeException.class);
    assertThat(c.peer("b").<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void closeWithATimeoutGivesUpOnCallsThatDoNotEnd() {
    CompletableFuture<Void> endless = toB.runAsync(() -> Gates.pass("never"));
    Groups.eventually("it runs", () -> b.stats().callsRunning() == 1);
    CompletableFuture<Void> others = inBackground(() -> b.close(Duration.ofMillis(300)));
    CompletableFuture<Void> third = inBackground(() -> c.close(Duration.ofMillis(300)));
    a.close(Duration.ofMillis(300));
    others.join();
    third.join();
    assertThatThrownBy(endless::join)
        .cause()
        .isInstanceOfAny(WorkerLostException.class, WorkerClosedException.class);
  }

  @Test
  void closeWorksWhenPeersAreAlreadyGone() {
    RRef<Counter> counter = toC.remote(Counter::new);
    counter.runSync(x -> x.add(1));
    c.closeNow();
    CompletableFuture<Void> closeB = inBackground(b::close);
    a.close();
    closeB.join();
    assertThat(leaks).isEmpty();
  }

  @Test
  void closeWorksWhenAMemberWithoutConnectionsIsGone() {
    c.closeNow();
    CompletableFuture<Void> closeB = inBackground(b::close);
    a.close();
    closeB.join();
  }

  @Test
  void closeWorksWhenTheCoordinatorIsGone() {
    a.closeNow();
    CompletableFuture<Void> closeB = inBackground(b::close);
    c.close();
    closeB.join();
  }

  @Test
  void closeWorksWhenTheCoordinatorLeavesMeanwhile() {
    CompletableFuture<Void> closeB = inBackground(b::close);
    CompletableFuture<Void> closeC = inBackground(c::close);
    assertStillWaits(closeB);
    a.closeNow();
    closeB.join();
    closeC.join();
  }

  @Test
  void closeNowDoesNotWaitAndFailsPendingCallsOnBothSides() {
    CompletableFuture<Void> toIt = toB.runAsync(() -> Gates.pass("never"));
    CompletableFuture<Void> fromIt = b.peer("c").runAsync(() -> Gates.pass("never"));
    Groups.eventually("both run", () -> b.stats().callsRunning() + c.stats().callsRunning() == 2);
    b.closeNow();
    assertThatThrownBy(toIt::join).hasCauseInstanceOf(WorkerLostException.class);
    assertThatThrownBy(fromIt::join).hasCauseInstanceOf(WorkerClosedException.class);
    assertThatThrownBy(() -> toB.rpcSync(() -> 1)).isInstanceOf(WorkerLostException.class);
    assertThatThrownBy(() -> a.peer("b")).hasMessageContaining("b");
  }

  @Test
  void everyUseAfterCloseSaysThatTheWorkerIsClosed() {
    RRef<Counter> held = toB.remote(Counter::new);
    RRef<Counter> own = a.rref(new Counter());
    Peer self = a.self();
    a.closeNow();
    a.close();
    a.closeNow();
    assertThatThrownBy(() -> toB.rpcSync(() -> 1)).isInstanceOf(WorkerClosedException.class);
    assertThatThrownBy(() -> self.rpcSync(() -> 1)).isInstanceOf(WorkerClosedException.class);
    assertThat(toB.rpcAsync(() -> 1)).isCompletedExceptionally();
    assertThatThrownBy(() -> toB.remote(() -> 1).toHere())
        .isInstanceOf(WorkerClosedException.class);
    assertThatThrownBy(held::toHere).isInstanceOf(WorkerClosedException.class);
    assertThatThrownBy(own::localValue).isInstanceOf(WorkerClosedException.class);
    assertThatThrownBy(() -> a.rref("x")).isInstanceOf(WorkerClosedException.class);
    assertThatThrownBy(a::barrier).isInstanceOf(WorkerClosedException.class);
    held.close();
    own.close();
  }

  @Test
  void anInterruptEndsAGracefulCloseAtOnceAndTheFlagStaysSet() throws Exception {
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  a.close();
                  flag.complete(Thread.currentThread().isInterrupted());
                });
    assertStillWaits(flag);
    closer.interrupt();
    assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> toB.rpcSync(() -> 1)).isInstanceOf(WorkerClosedException.class);
  }

  // ---- Barrier ---------------------------------------------------------------------------------

  @Test
  void barrierWaitsForEveryMember() {
    CompletableFuture<Void> first = inBackground(a::barrier);
    CompletableFuture<Void> second = inBackground(c::barrier);
    assertStillWaits(first);
    assertThat(second).isNotDone();
    b.barrier();
    first.join();
    second.join();
  }

  @Test
  void successiveBarriersDoNotMix() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    int rounds = 50;
    int[] at = new int[3];
    for (Worker worker : group.workers()) {
      all.add(
          inBackground(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  at[worker.rank()] = i;
                  worker.barrier();
                  for (int each : at) {
                    assertThat(each).isEqualTo(i);
                  }
                  worker.barrier();
                }
              }));
    }
    all.forEach(CompletableFuture::join);
  }

  @Test
  void barrierFailsWhenAMemberIsLostBeforeItArrives() {
    CompletableFuture<Void> first = inBackground(a::barrier);
    assertStillWaits(first);
    c.closeNow();
    assertThatThrownBy(first::join)
        .hasCauseInstanceOf(WorkerLostException.class)
        .hasMessageContaining("c");
    assertThatThrownBy(b::barrier).isInstanceOf(WorkerLostException.class);
  }

  @Test
  void barrierFailsWhenAMemberWasLostLongBeforeUnnoticed() {
    c.closeNow();
    CompletableFuture<Void> first = inBackground(a::barrier);
    assertThatThrownBy(b::barrier).isInstanceOf(WorkerLostException.class);
    assertThatThrownBy(first::join).hasCauseInstanceOf(WorkerLostException.class);
  }
}
