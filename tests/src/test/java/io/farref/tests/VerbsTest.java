package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.UnknownPeerException;
import io.farref.Worker;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The call verbs, and the values that a shipped function captures. */
class VerbsTest extends TwoWorkers {
  /** Values seen on the other side: both workers share the statics of this JVM. */
  private static final ConcurrentLinkedQueue<Object> SEEN = new ConcurrentLinkedQueue<>();

  private static final class Box {
    private final AtomicInteger n = new AtomicInteger();

    private int add(int k) {
      return n.addAndGet(k);
    }

    private CompletionStage<String> soon(String s) {
      return CompletableFuture.supplyAsync(() -> s + n.get());
    }
  }

  private static final class Node {
    private String name = "";
    private Node next;
    private final List<Node> friends = new ArrayList<>();
  }

  private record Point(int x, int y) {}

  @SuppressWarnings("ArrayRecordComponent") // arrays travel too
  private record Everything(
      byte aByte,
      short aShort,
      char aChar,
      int anInt,
      long aLong,
      float aFloat,
      double aDouble,
      boolean aBoolean,
      String text,
      DayOfWeek day,
      Point point,
      Point[] points,
      int[][] grid,
      Duration duration,
      Instant instant,
      List<?> list,
      Set<?> set,
      Map<?, ?> map,
      Optional<?> optional,
      UUID uuid,
      BigInteger big,
      BigDecimal decimal) {}

  @Test
  void rpcSyncReturnsTheValueComputedOnThePeer() {
    int two = 2;
    int three = toB.rpcSync(() -> Math.addExact(1, two));
    assertThat(three).isEqualTo(3);
    assertThat(toB.rpcSync(() -> Worker.current().name())).isEqualTo("b");
  }

  @Test
  void rpcAsyncReturnsAFutureThatManyCanComposeAndAwait() {
    CompletableFuture<Integer> f = toB.rpcAsync(() -> 20);
    CompletableFuture<Integer> doubled = f.thenApply(n -> n * 2);
    CompletableFuture<Integer> sum = f.thenCombine(doubled, Integer::sum);
    assertThat(f.join()).isEqualTo(20);
    assertThat(f.join()).isEqualTo(20);
    assertThat(sum.join()).isEqualTo(60);
    assertThat(f.copy().join()).isEqualTo(20);
  }

  @Test
  void voidVerbsRunTheFunctionAndReturnNoValue() {
    SEEN.clear();
    toB.runSync(() -> SEEN.add("sync"));
    CompletableFuture<Void> done = toB.runAsync(() -> SEEN.add("async"));
    assertThat(done.join()).isNull();
    assertThat(SEEN).containsExactly("sync", "async");
  }

  @Test
  void theSameVerbsWorkOnAReferenceWithTheValueAsArgument() {
    try (RRef<Box> box = toB.remote(Box::new);
        RRef<Integer> there = box.remote(x -> x.add(1))) {
      assertThat(box.<Integer, RuntimeException>rpcSync(x -> x.add(1))).isEqualTo(2);
      assertThat(box.<Integer>rpcAsync(x -> x.add(1)).join()).isEqualTo(3);
      box.runSync(x -> x.add(10));
      box.runAsync(x -> x.add(10)).join();
      assertThat(box.<String>rpcCompose(x -> x.soon("n=")).join()).isEqualTo("n=23");
      assertThat(there.toHere()).isEqualTo(1);
    }
  }

  @Test
  void rpcComposeRepliesWhenTheStageCompletesAndHoldsNoThread() {
    PROMISES.clear();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int n = i;
      all.add(
          toB.rpcCompose(
              () -> {
                CompletableFuture<Integer> promise = new CompletableFuture<>();
                PROMISES.add(promise);
                return promise.thenApply(x -> x + n);
              }));
    }
    eventually(() -> assertThat(PROMISES).hasSize(1_000));
    assertThat(all).noneMatch(CompletableFuture::isDone);
    PROMISES.forEach(each -> each.complete(5));
    for (int i = 0; i < 1_000; i++) {
      assertThat(all.get(i).join()).isEqualTo(5 + i);
    }
  }

  private static final ConcurrentLinkedQueue<CompletableFuture<Integer>> PROMISES =
      new ConcurrentLinkedQueue<>();

  @Test
  void rpcComposeFailsWithTheFailureOfItsStage() {
    CompletableFuture<Integer> f =
        toB.rpcCompose(
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      throw new IllegalStateException("in the stage");
                    }));
    assertThatThrownBy(f::join).hasCauseExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void rpcComposeFailsIfTheFunctionReturnsNull() {
    CompletableFuture<Integer> f = toB.rpcCompose(() -> null);
    assertThatThrownBy(f::join)
        .hasCauseInstanceOf(NullPointerException.class)
        .hasMessageContaining("rpcCompose");
  }

  @Test
  void nullIsAValueInBothDirections() {
    String nothing = null;
    assertThat(toB.<String, RuntimeException>rpcSync(() -> nothing)).isNull();
    assertThat(toB.<String>rpcAsync(() -> null).join()).isNull();
    try (RRef<String> there = toB.remote(() -> null)) {
      assertThat(there.toHere()).isNull();
      assertThat(there.<Boolean, RuntimeException>rpcSync(s -> s == null)).isTrue();
    }
  }

  @Test
  void capturedValuesOfEveryKindArriveEqual() {
    Everything sent = everything();
    Everything back = toB.rpcSync(() -> sent);
    assertThat(back).isNotSameAs(sent);
    assertThat(back).usingRecursiveComparison().isEqualTo(sent);
    assertThat(back.list()).isEqualTo(sent.list());
    assertThat(back.map()).isEqualTo(sent.map());
    double nan = Double.NaN;
    assertThat(toB.<Double, RuntimeException>rpcSync(() -> nan)).isNaN();
  }

  private static Everything everything() {
    return new Everything(
        Byte.MIN_VALUE,
        Short.MAX_VALUE,
        '\u2603',
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Float.MIN_VALUE,
        Double.MIN_VALUE,
        true,
        "snow \u2603 \ud83d\ude00",
        DayOfWeek.FRIDAY,
        new Point(1, -1),
        new Point[] {new Point(0, 0), null},
        new int[][] {{1, 2}, {}, null},
        Duration.ofNanos(1),
        Instant.MAX,
        Arrays.asList(1, "two", null, 3.0, List.of(4L)),
        Set.of("x", "y"),
        Map.of("k", List.of(1), 2, Map.of()),
        Optional.of(Optional.empty()),
        new UUID(1, 2),
        BigInteger.TEN.pow(50),
        new BigDecimal("1.10"));
  }

  @Test
  void cyclesAndSharedReferencesAreKept() {
    Node first = new Node();
    Node second = new Node();
    first.name = "first";
    second.name = "second";
    first.next = second;
    second.next = first;
    first.friends.add(second);
    first.friends.add(second);
    first.friends.add(first);
    Node back = toB.rpcSync(() -> first);
    assertThat(back).isNotSameAs(first);
    assertThat(back.name).isEqualTo("first");
    assertThat(back.next.name).isEqualTo("second");
    assertThat(back.next.next).isSameAs(back);
    assertThat(back.friends.get(0)).isSameAs(back.next).isSameAs(back.friends.get(1));
    assertThat(back.friends.get(2)).isSameAs(back);
  }

  @Test
  void graphsNestedTensOfThousandsDeepCanBeSent() {
    Node head = new Node();
    Node at = head;
    for (int i = 0; i < 30_000; i++) {
      at.next = new Node();
      at = at.next;
    }
    int length =
        toB.rpcSync(
            () -> {
              int n = 0;
              for (Node each = head; each != null; each = each.next) {
                n++;
              }
              return n;
            });
    assertThat(length).isEqualTo(30_001);
  }

  @Test
  void largeArraysAndBuffersArriveWhole() {
    byte[] bytes = new byte[3 << 20];
    Arrays.setAll(new int[bytes.length], i -> bytes[i] = (byte) (i * 31));
    double[] doubles = new double[200_000];
    Arrays.setAll(doubles, i -> i * 0.5);
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    while (buffer.hasRemaining()) {
      buffer.put((byte) buffer.position());
    }
    buffer.flip();
    assertThat(toB.<byte[], RuntimeException>rpcSync(() -> bytes)).isEqualTo(bytes);
    assertThat(toB.<double[], RuntimeException>rpcSync(() -> doubles)).isEqualTo(doubles);
    assertThat(toB.<ByteBuffer, RuntimeException>rpcSync(() -> buffer)).isEqualTo(buffer);
    assertThat(buffer.remaining()).as("the sender's position stays").isEqualTo(1 << 20);
  }

  @Test
  void functionsInsideFunctionsCanBeSent() {
    int k = 10;
    Function<Integer, Integer> plus =
        (Function<Integer, Integer> & java.io.Serializable) n -> n + k;
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> plus.apply(1))).isEqualTo(11);
    Function<Integer, Integer> back = toB.rpcSync(() -> plus);
    assertThat(back.apply(2)).isEqualTo(12);
  }

  @Test
  void aPeerArrivesAsTheReceiversViewOfTheSameWorker() {
    Peer self = a.self();
    Peer bSelf = toB;
    assertThat(
            toB.<List<Object>, RuntimeException>rpcSync(
                () ->
                    List.of(
                        self.name(), self.isSelf(), bSelf.isSelf(), self.rpcSync(() -> "from a"))))
        .containsExactly("a", false, true, "from a");
    Peer back = toB.rpcSync(() -> self);
    assertThat(back).isEqualTo(self).hasSameHashCodeAs(self);
    assertThat(back.isSelf()).isTrue();
    assertThat(back).isNotEqualTo(toB);
    assertThat(a.peer("b")).isEqualTo(b.peer("b"));
  }

  @Test
  void callsToTheWorkerItselfCopyLikeCallsToOthers() {
    Node mine = new Node();
    mine.name = "mine";
    String[] array = {"before"};
    a.self()
        .runSync(
            () -> {
              mine.name = "changed";
              array[0] = "changed";
            });
    assertThat(mine.name).isEqualTo("mine");
    assertThat(array[0]).isEqualTo("before");
    Node same = a.self().rpcSync(() -> mine);
    assertThat(same).isNotSameAs(mine);
    assertThat(a.self().rpcSync(() -> Worker.current().name())).isEqualTo("a");
  }

  @Test
  void currentIsTheWorkerThatTheFunctionRunsOnAndNoneOutside() {
    assertThatThrownBy(Worker::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Worker.current()");
    assertThat(
            toB.<List<String>, RuntimeException>rpcSync(
                () ->
                    List.of(
                        Worker.current().name(),
                        Worker.current().peer("a").rpcSync(() -> Worker.current().name()),
                        Worker.current().name())))
        .containsExactly("b", "a", "b");
    CompletableFuture<String> onB =
        toB.rpcCompose(() -> CompletableFuture.completedFuture(Worker.current().name()));
    assertThat(onB.join()).isEqualTo("b");
    assertThatThrownBy(Worker::current).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anUnknownPeerFailsWithTheNamesOfTheKnownOnes() {
    assertThatThrownBy(() -> a.peer("nobody"))
        .isInstanceOf(UnknownPeerException.class)
        .hasMessageContainingAll("nobody", "a (rank 0)", "b (rank 1)");
    assertThatThrownBy(() -> a.peer(7))
        .isInstanceOfSatisfying(
            UnknownPeerException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("rank 7");
    assertThatThrownBy(() -> a.peer(-1)).isInstanceOf(UnknownPeerException.class);
  }

  @Test
  void aBadArgumentIsThrownBySyncVerbsAndFailsTheFutureOfAsyncVerbs() {
    assertThatThrownBy(() -> toB.rpcSync(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> toB.runSync(null)).isInstanceOf(NullPointerException.class);
    for (CompletableFuture<?> each :
        List.of(toB.rpcAsync(null), toB.runAsync(null), toB.rpcCompose(null))) {
      assertThatThrownBy(each::join).hasCauseInstanceOf(NullPointerException.class);
    }
    try (RRef<Object> failed = toB.remote(null)) {
      assertThatThrownBy(failed::toHere).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> failed.rpcSync(x -> x)).isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void callsOfOneThreadToOnePeerStartInOrder() {
    SEEN.clear();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int n = i;
      all.add(toB.runAsync(() -> SEEN.add(n)));
    }
    all.forEach(CompletableFuture::join);
    assertInOrder(5_000);
  }

  @Test
  void callsOnAValueThatIsBeingCreatedStartInOrder() {
    SEEN.clear();
    GATE = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    try (RRef<Box> box =
        toB.remote(
            () -> {
              GATE.await();
              return new Box();
            })) {
      for (int i = 0; i < 500; i++) {
        int n = i;
        all.add(box.runAsync(x -> SEEN.add(n)));
      }
      GATE.countDown();
      all.forEach(CompletableFuture::join);
    }
    assertInOrder(500);
  }

  @Test
  void blockingCallsStartInOrder() {
    SEEN.clear();
    GATE = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int n = i;
      all.add(
          toB.runAsync(
              () -> {
                SEEN.add(n);
                GATE.await();
              }));
    }
    eventually(() -> assertThat(SEEN).hasSize(500));
    GATE.countDown();
    all.forEach(CompletableFuture::join);
    assertInOrder(500);
  }

  @Test
  void aFastCallStartsAfterASlowCallSentBefore() {
    SEEN.clear();
    GATE = new CountDownLatch(1);
    for (int i = 0; i < 300; i++) {
      int n = i;
      CompletableFuture<Void> slow = toB.runAsync(() -> slowly(2 * n));
      toB.runSync(() -> SEEN.add(2 * n + 1));
      slow.join();
    }
    assertInOrder(600);
  }

  private static void slowly(int n) throws InterruptedException {
    SEEN.add(n);
    GATE.await(2, TimeUnit.MILLISECONDS);
  }

  private static volatile CountDownLatch GATE = new CountDownLatch(0);

  /**
   * A thread that has begun a call and then gets no processor for long does not delay the others
   * for ever, so on a loaded machine a few may be late. Real disorder would show in many.
   */
  private static void assertInOrder(int count) {
    List<Object> seen = new ArrayList<>(SEEN);
    assertThat(seen).hasSize(count);
    TreeSet<Integer> longest = new TreeSet<>();
    for (Object each : seen) {
      Integer n = (Integer) each;
      Integer next = longest.higher(n);
      if (next != null) {
        longest.remove(next);
      }
      longest.add(n);
    }
    assertThat(count - longest.size()).as("out of order").isLessThanOrEqualTo(count / 100);
  }

  @Test
  void changesByThePeerDoNotReachTheCallersObjects() {
    Set<Node> identities = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Node> list = new ArrayList<>(List.of(new Node()));
    identities.addAll(list);
    toB.runSync(() -> list.add(new Node()));
    assertThat(list).hasSize(1).allMatch(identities::contains);
  }

  @Test
  void withTimeoutIsTheSamePeerWithAnotherTimeout() {
    Peer withLongTimeout = toB.withTimeout(Duration.ofMinutes(5));
    assertThat(withLongTimeout).isEqualTo(toB).hasSameHashCodeAs(toB);
    assertThat(withLongTimeout.name()).isEqualTo("b");
    assertThat(withLongTimeout.rpcSync(() -> 1)).isEqualTo(1);
  }
}
