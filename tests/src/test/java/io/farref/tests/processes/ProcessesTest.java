package io.farref.tests.processes;

import static io.farref.tests.processes.Trio.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import foreign.Foreign;
import io.farref.EncodingException;
import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.Unreferenced;
import io.farref.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A group of three JVMs; worker a is in this one. */
@Timeout(120)
@SuppressWarnings("NonFinalStaticField") // one group for all tests: JVMs start slowly
class ProcessesTest {
  private static Trio trio;
  private static Worker a;
  private static Peer b;
  private static Peer c;

  @BeforeAll
  static void start() throws Exception {
    trio = new Trio();
    a = trio.a;
    b = trio.b;
    c = trio.c;
  }

  @AfterEach
  void nothingIsLeftAnywhere() {
    trio.assertQuiet();
  }

  /** All workers close at the same time, and no call, reference or process is left. */
  @AfterAll
  static void leave() throws Exception {
    try (Trio all = trio) {
      all.leave();
      for (Jvm each : List.of(all.jvmB, all.jvmC)) {
        assertThat(each.awaitExit()).as("exit code after %s", each.said()).isZero();
        assertThat(each.result()).isEqualTo("LEFT");
        assertThat(String.join("\n", each.said())).doesNotContain("still referenced", "SEVERE");
      }
    }
  }

  // --- Joining

  @Test
  void joinTakesNamesFromTheEnvironmentAndReturnsWhenAllWorkersCanBeCalled() {
    assertThat(a.peers()).extracting(Peer::name).containsExactly("a", "b", "c");
    for (Peer peer : List.of(b, c)) {
      assertThat(peer.<String, RuntimeException>rpcSync(() -> Worker.current().name()))
          .isEqualTo(peer.name());
      assertThat(peer.<Integer, RuntimeException>rpcSync(() -> Worker.current().rank()))
          .isEqualTo(peer.rank());
      assertThat(peer.<List<Peer>, RuntimeException>rpcSync(() -> Worker.current().peers()))
          .isEqualTo(a.peers());
    }
    assertThat(a.peer(2)).isEqualTo(c);
  }

  @Test
  void aBarrierWaitsForEveryProcess() throws Exception {
    CompletableFuture<Void> atB = b.runAsync(() -> Worker.current().barrier());
    CompletableFuture<Void> atC = c.runAsync(() -> Worker.current().barrier());
    b.runSync(() -> {});
    assertThat(atB).isNotDone();
    assertThat(atC).isNotDone();
    a.barrier();
    CompletableFuture.allOf(atB, atC).get(30, TimeUnit.SECONDS);
  }

  // --- Calls

  static final class Counter {
    private final AtomicInteger n = new AtomicInteger();

    Counter() {}

    Counter(int start) {
      n.set(start);
    }

    int add(int k) {
      return n.addAndGet(k);
    }

    int get() {
      return n.get();
    }

    void reset() {
      n.set(0);
    }

    CompletableFuture<Integer> later(int k) {
      return CompletableFuture.supplyAsync(() -> add(k));
    }
  }

  @Test
  void allVerbsRunInTheOtherProcess() throws Exception {
    long pid = trio.jvmB.pid();
    assertThat(b.<Long, RuntimeException>rpcSync(() -> ProcessHandle.current().pid()))
        .isEqualTo(pid);
    assertThat(b.rpcAsync(() -> ProcessHandle.current().pid()).get()).isEqualTo(pid);
    assertThat(
            b.rpcCompose(() -> CompletableFuture.supplyAsync(() -> ProcessHandle.current().pid()))
                .get())
        .isEqualTo(pid);
    try (RRef<Long> there = b.remote(() -> ProcessHandle.current().pid())) {
      assertThat(there.toHere()).isEqualTo(pid);
    }
    b.runSync(() -> Member.kept = "left by runSync");
    assertThat((Object) b.rpcSync(() -> Member.kept)).isEqualTo("left by runSync");
    b.runAsync(() -> Member.kept = "left by runAsync").get();
    assertThat((Object) b.rpcSync(() -> Member.kept)).isEqualTo("left by runAsync");
    assertThat(Member.kept).isNull();
  }

  @Test
  void allVerbsOfAReferenceRunAtItsOwner() throws Exception {
    try (RRef<Counter> counter = b.remote(Counter::new);
        RRef<Integer> there = counter.remote(n -> n.add(5))) {
      assertThat(there.toHere()).isEqualTo(5);
      assertThat(counter.<Integer, RuntimeException>rpcSync(n -> n.add(1))).isEqualTo(6);
      assertThat(counter.rpcAsync(n -> n.add(1)).get()).isEqualTo(7);
      assertThat(counter.rpcCompose(n -> n.later(1)).get()).isEqualTo(8);
      counter.runSync(n -> n.reset());
      counter.runAsync(n -> n.add(2)).get();
      assertThat(counter.toHere().get()).isEqualTo(2);
      assertThat(counter.toHere().add(1)).isEqualTo(3);
      assertThat(counter.<Integer, RuntimeException>rpcSync(Counter::get)).isEqualTo(2);
    }
  }

  private record Order(String id, LocalDate day, Map<String, List<int[]>> lines) {}

  private static final class Ring {
    private Ring next = this;
    private final List<Object> things = new ArrayList<>();
  }

  @Test
  void capturedValuesOfEveryKindArriveAtAnyDepthWithTheirCyclesAndSharing() {
    Order order = new Order("o", LocalDate.of(2026, 3, 1), new HashMap<>());
    order.lines().put("x", List.of(new int[] {1, 2}, new int[] {3}));
    Ring one = new Ring();
    Ring two = new Ring();
    one.next = two;
    two.next = one;
    one.things.add(order);
    two.things.add(order);
    two.things.add(one.things);
    String seen =
        c.rpcSync(
            () -> {
              Order same = (Order) one.things.getFirst();
              return (one.next.next == one)
                  + " "
                  + (two.things.getFirst() == same)
                  + " "
                  + (two.things.get(1) == one.things)
                  + " "
                  + same.day()
                  + Arrays.toString(same.lines().get("x").get(0));
            });
    assertThat(seen).isEqualTo("true true true 2026-03-01[1, 2]");
  }

  /** Both processes have a heap of 256 MiB. */
  @Test
  void offHeapMemoryLargerThanBothHeapsArrives() {
    long size = 1L << 30;
    long sum =
        b.rpcSync(
            () -> {
              try (Arena arena = Arena.ofShared()) {
                MemorySegment large = arena.allocate(size);
                for (long at = 0; at < size; at += 1 << 20) {
                  large.set(ValueLayout.JAVA_LONG, at, at);
                }
                return Worker.current().peer("c").rpcSync(() -> sum(large));
              }
            });
    long mebibytes = size >> 20;
    assertThat(sum).isEqualTo(mebibytes * (mebibytes - 1) / 2 << 20);
  }

  private static long sum(MemorySegment large) {
    long sum = 0;
    for (long at = 0; at < large.byteSize(); at += 1 << 20) {
      sum += large.get(ValueLayout.JAVA_LONG, at);
    }
    return sum;
  }

  @Test
  void largeArraysArriveWhole() {
    byte[] sent = new byte[16 << 20];
    new Random(1).nextBytes(sent);
    byte[] back =
        b.rpcSync(
            () -> {
              for (int i = 0; i < sent.length; i++) {
                sent[i]++;
              }
              return sent;
            });
    for (int i = 0; i < back.length; i++) {
      back[i]--;
    }
    assertThat(Arrays.equals(back, sent)).isTrue();
  }

  /** Calls from process to process, each of which waits for the next. */
  private static int descend(int depth) {
    Worker me = Worker.current();
    if (depth == 0) {
      return 0;
    }
    Peer next = me.peer((me.rank() + 1) % 3);
    return 1 + next.<Integer, RuntimeException>rpcSync(() -> descend(depth - 1));
  }

  @Test
  void nestedCallsThroughWaitingCallersMakeProgress() {
    assertThat(b.<Integer, RuntimeException>rpcSync(() -> descend(200))).isEqualTo(200);
  }

  @Test
  void callsThatBlockDoNotDelayOthers() throws Exception {
    b.runSync(() -> Member.kept = new CountDownLatch(1));
    List<CompletableFuture<Void>> blocked = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      blocked.add(b.runAsync(() -> ((CountDownLatch) Member.kept).await()));
    }
    b.runSync(() -> ((CountDownLatch) Member.kept).countDown());
    CompletableFuture.allOf(blocked.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
  }

  @Test
  void aDeadlineCoversTheCallsThatACallMakesInAThirdProcess() throws Exception {
    b.runSync(() -> Member.kept = null);
    assertThatThrownBy(
            () ->
                b.withTimeout(Duration.ofMillis(200))
                    .runSync(
                        () -> {
                          try {
                            Worker.current().peer("c").rpcSync(Member::awaitNothing);
                          } catch (RuntimeException e) {
                            Member.kept = e.getClass().getName();
                            throw e;
                          }
                        }))
        .isInstanceOf(RpcTimeoutException.class)
        .isInstanceOfSatisfying(
            RpcTimeoutException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED));
    eventually(
        () ->
            assertThat((Object) b.rpcSync(() -> Member.kept))
                .isIn(
                    RpcTimeoutException.class.getName(),
                    io.farref.RpcCancelledException.class.getName()));
  }

  // --- Failures

  @SuppressWarnings("serial") // not serialized by Java
  private static final class OutOfTea extends Exception {
    private static final long serialVersionUID = 1L;
    private final List<String> shelves;

    OutOfTea(String where, List<String> shelves) {
      super("no tea " + where);
      this.shelves = shelves;
    }
  }

  private static int brew() throws OutOfTea {
    OutOfTea e = new OutOfTea("at " + Worker.current().name(), List.of("left", "right"));
    e.initCause(new IOException("no disk"));
    e.addSuppressed(new IllegalStateException("thirsty"));
    throw e;
  }

  @Test
  void anExceptionThrownTwoProcessesAwayKeepsItsTypeFieldsCauseSuppressedAndAllStackTraces() {
    OutOfTea caught =
        catchThrowableOfType(
            OutOfTea.class,
            () ->
                b.<Integer, OutOfTea>rpcSync(
                    () -> Worker.current().peer("c").rpcSync(ProcessesTest::brew)));
    assertThat(caught).hasMessage("no tea at c").hasCauseExactlyInstanceOf(IOException.class);
    assertThat(caught.shelves).containsExactly("left", "right");
    assertThat(caught.getSuppressed()).hasExactlyElementsOfTypes(IllegalStateException.class);
    assertThat(caught)
        .hasStackTraceContaining(".brew(")
        .hasStackTraceContaining("on worker c, called from worker b")
        .hasStackTraceContaining("on worker b, called from worker a")
        .hasStackTraceContaining("anExceptionThrownTwoProcessesAway");
  }

  private static int endless(int n) {
    return endless(n + 1) + 1;
  }

  @Test
  void anErrorDoesNotEndTheProcessThatThrowsIt() {
    assertThatThrownBy(() -> b.rpcSync(() -> endless(0))).isInstanceOf(StackOverflowError.class);
    assertThatThrownBy(
            () ->
                b.runSync(
                    () -> {
                      throw new AssertionError("no");
                    }))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("no");
    assertThat(b.<Long, RuntimeException>rpcSync(() -> ProcessHandle.current().pid()))
        .isEqualTo(trio.jvmB.pid());
  }

  private record Box(Object thing) {}

  @Test
  void anArgumentOrResultThatCannotBeEncodedIsRefusedWithThePathToIt() {
    Box box = new Box(Thread.currentThread());
    assertThatThrownBy(() -> b.runSync(() -> Member.kept = box))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("thing");
    assertThatThrownBy(() -> b.rpcSync(() -> new Box(Thread.currentThread())))
        .isInstanceOfSatisfying(
            EncodingException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
        .hasMessageContaining("thing");
  }

  // --- References

  @Test
  void aChainOfReferencesCanBeUsedBeforeItsFirstValueExists() throws Exception {
    b.runSync(() -> Member.kept = new CountDownLatch(1));
    long start = System.nanoTime();
    try (RRef<Counter> slow =
            b.remote(
                () -> {
                  ((CountDownLatch) Member.kept).await();
                  return new Counter(40);
                });
        RRef<Integer> next = slow.remote(n -> n.add(1));
        RRef<Integer> last = next.remote(n -> n + 1)) {
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
      CompletableFuture<Integer> atC = c.rpcAsync(() -> last.toHere());
      assertThat(last.rpcAsync(n -> n)).isNotDone();
      b.runSync(() -> ((CountDownLatch) Member.kept).countDown());
      assertThat(last.toHere()).isEqualTo(42);
      assertThat(atC.get(30, TimeUnit.SECONDS)).isEqualTo(42);
    }
  }

  @Test
  void aFailedCreationFailsEveryUseInEveryProcess() {
    try (RRef<Integer> failed = b.remote(ProcessesTest::brew)) {
      assertThatThrownBy(failed::toHere).isInstanceOf(OutOfTea.class).hasMessage("no tea at b");
      assertThatThrownBy(() -> failed.rpcSync(n -> n + 1)).isInstanceOf(OutOfTea.class);
      assertThatThrownBy(() -> c.rpcSync(() -> failed.toHere())).isInstanceOf(OutOfTea.class);
    }
  }

  @Test
  void theValueItselfIsAccessibleOnlyAtItsOwner() {
    try (RRef<Counter> counter = b.remote(Counter::new)) {
      assertThat(counter.isOwner()).isFalse();
      assertThat(counter.owner()).isEqualTo(b);
      assertThatThrownBy(counter::localValue)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("b");
      assertThatThrownBy(() -> c.rpcSync(() -> counter.localValue()))
          .isInstanceOf(IllegalStateException.class);
      boolean same = b.rpcSync(() -> counter.isOwner() && counter.localValue() == counter.toHere());
      assertThat(same).isTrue();
    }
  }

  @Test
  void referencesToOneValueAreEqualInEveryProcess() {
    try (RRef<Counter> counter = b.remote(Counter::new)) {
      boolean equal =
          c.rpcSync(
              () -> {
                try (RRef<Counter> again =
                    Worker.current()
                        .peer("a")
                        .rpcSync(() -> Worker.current().peer("c").rpcSync(() -> counter))) {
                  return again.equals(counter) && again.hashCode() == counter.hashCode();
                }
              });
      assertThat(equal).isTrue();
    }
  }

  /** Counts in this process the values that were freed. */
  static final class Watched implements Unreferenced {
    private static final AtomicInteger FREED = new AtomicInteger();

    int touch() {
      return FREED.get();
    }

    @Override
    public void unreferenced() {
      FREED.incrementAndGet();
    }
  }

  @Test
  void aValueLivesUntilTheLastProcessThatHoldsItReleasesIt() {
    Watched.FREED.set(0);
    try (RRef<Watched> mine = a.rref(new Watched())) {
      b.runSync(() -> Member.kept = mine);
    }
    eventually(
        () -> assertThat(a.ownedValues()).flatExtracting(OwnedValue::holders).containsExactly("b"));
    b.runSync(
        () -> {
          try (RRef<?> held = (RRef<?>) Member.kept) {
            Worker.current().peer("c").runSync(() -> Member.kept = held);
          }
          Member.kept = null;
        });
    eventually(
        () -> assertThat(a.ownedValues()).flatExtracting(OwnedValue::holders).containsExactly("c"));
    assertThat((int) c.rpcSync(() -> (int) ((RRef<?>) Member.kept).call("touch"))).isZero();
    c.runSync(
        () -> {
          ((RRef<?>) Member.kept).close();
          Member.kept = null;
        });
    eventually(() -> assertThat(Watched.FREED).hasValue(1));
    assertThat(a.ownedValues()).isEmpty();
  }

  @Test
  void aReferenceThatAnotherProcessCollectsAsGarbageIsReleased() {
    Watched.FREED.set(0);
    try (RRef<Watched> mine = a.rref(new Watched())) {
      c.runSync(() -> Member.kept = mine);
    }
    c.runSync(() -> Member.kept = null);
    eventually(
        () -> {
          c.runSync(System::gc);
          assertThat(Watched.FREED).hasValue(1);
        });
  }

  @Test
  void aPeerThatWasSentIsEqualAndCanBeCalled() {
    Peer sent = c;
    String seen =
        b.rpcSync(
            () ->
                sent.equals(Worker.current().peer("c"))
                    + " "
                    + sent.<String, RuntimeException>rpcSync(ProcessesTest::whoAmI));
    assertThat(seen).isEqualTo("true c");
  }

  private static String whoAmI() {
    return Worker.current().name();
  }

  // --- Proxies

  interface Counting {
    int add(int k);

    int get();
  }

  interface CountingLater {
    CompletableFuture<Integer> add(int k);

    CompletableFuture<Integer> later(int k);
  }

  interface CountingThere {
    RRef<Integer> add(int k);

    RRef<Integer> later(int k);
  }

  interface Brewing {
    int ad(int k);
  }

  @Test
  void theReturnTypeOfAFacadeMethodSelectsTheVerb() throws Exception {
    try (RRef<Counter> counter = b.remote(Counter::new);
        RRef<Integer> there = counter.as(CountingThere.class).add(1);
        RRef<Integer> flat = counter.as(CountingThere.class).later(1)) {
      assertThat(there.toHere()).isEqualTo(1);
      assertThat(flat.toHere()).isEqualTo(2);
      assertThat(counter.as(Counting.class).add(1)).isEqualTo(3);
      assertThat(counter.as(CountingLater.class).add(1).get()).isEqualTo(4);
      assertThat(counter.as(CountingLater.class).later(1).get()).isEqualTo(5);
      assertThat(counter.call("add", 1)).isEqualTo(6);
      assertThat(counter.callAsync("later", 1).get()).isEqualTo(7);
    }
  }

  @Test
  void aFacadeArrivesAsAFacadeAndKeepsTheValueAlive() {
    RRef<Counter> counter = b.remote(() -> new Counter(7));
    Counting facade = counter.as(Counting.class);
    c.runSync(() -> Member.kept = facade);
    counter.close();
    assertThat((int) c.rpcSync(() -> ((Counting) Member.kept).add(1))).isEqualTo(8);
    c.runSync(() -> Member.kept = null);
    eventually(
        () -> {
          c.runSync(System::gc);
          assertThat((long) b.rpcSync(() -> Worker.current().stats().valuesOwned())).isZero();
        });
  }

  @Test
  void aMissingMethodIsReportedWithTheNearestName() {
    try (RRef<Counter> counter = b.remote(Counter::new)) {
      assertThatThrownBy(() -> counter.call("ad", 1))
          .isInstanceOf(UnknownMethodException.class)
          .hasMessageContaining(Counter.class.getName())
          .hasMessageContaining("add(int)");
      assertThatThrownBy(() -> counter.as(Brewing.class).ad(1))
          .isInstanceOf(UnknownMethodException.class)
          .hasMessageContaining("add(int)");
    }
  }

  // --- Safety

  @Test
  void aClassThatIsNotAllowedDoesNotRunInEitherDirection() {
    assertThatThrownBy(() -> b.rpcSync(Foreign.function())).isInstanceOf(RefusedException.class);
    Box box = new Box(new Foreign(1));
    assertThatThrownBy(() -> b.runSync(() -> Member.kept = box))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> b.rpcSync(() -> new Box(new Foreign(2))))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void garbageOnThePortEndsOnlyThatConnection() throws Exception {
    byte[] garbage = new byte[1 << 16];
    new Random(2).nextBytes(garbage);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), trio.portOfB)) {
      socket.setSoTimeout(30_000);
      InputStream in = socket.getInputStream();
      Throwable refused =
          catchThrowable(
              () -> {
                socket.getOutputStream().write(garbage);
                while (in.read() >= 0) {
                  // discard what it sends before it closes the connection
                }
              });
      assertThat(refused == null || refused instanceof java.net.SocketException).isTrue();
    }
    assertThat(b.<String, RuntimeException>rpcSync(ProcessesTest::whoAmI)).isEqualTo("b");
  }
}
