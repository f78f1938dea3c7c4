package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteCallable;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References inside other values, and passed from worker to worker. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@EnumSource(Wire.class)
class PassingReferencesTest {
  private static final int WORKERS = 5;

  /** Values that a worker keeps between calls, by its name. */
  private static final ConcurrentMap<String, RRef<Counter>> KEPT = new ConcurrentHashMap<>();

  private final LocalGroup group;
  private final Worker a;
  private final Peer toB;

  PassingReferencesTest(Wire wire) {
    group =
        wire.group()
            .start(IntStream.range(0, WORKERS).mapToObj(i -> "w" + i).toArray(String[]::new));
    a = group.worker("w0");
    toB = a.peer("w1");
  }

  @BeforeEach
  void reset() {
    KEPT.clear();
  }

  @AfterEach
  void close() {
    KEPT.clear();
    Groups.closeEmpty(group);
  }

  record Box(RRef<Counter> one, List<Map<String, RRef<Counter>>> more) {}

  static final class Node {
    RRef<Counter> counter;
    Node next;
  }

  enum Key {
    COUNTER
  }

  private static int bump(RRef<Counter> counter) {
    return counter.rpcSync(c -> c.add(1));
  }

  @Test
  void aReferenceTravelsInsideRecordsListsAndMaps() {
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      Box box =
          new Box(counter, List.of(Map.of("k", counter), new TreeMap<>(Map.of("t", counter))));
      Box back =
          a.peer(2)
              .rpcSync(
                  () -> {
                    bump(box.one());
                    box.more().forEach(map -> map.values().forEach(each -> bump(each)));
                    return box;
                  });
      assertThat(bump(back.one())).isEqualTo(4);
      assertThat(back.more().get(0)).containsEntry("k", counter);
      assertThat(back.one()).isEqualTo(counter);
    }
  }

  @Test
  void aReferenceTravelsInsideArraysOptionalsQueuesAndMapsByEnum() {
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      Object[] array = {counter, new RRef<?>[] {counter}, Optional.of(counter)};
      Deque<RRef<Counter>> queue = new ArrayDeque<>(List.of(counter));
      Map<Key, RRef<Counter>> byEnum = new java.util.EnumMap<>(Map.of(Key.COUNTER, counter));
      Map<RRef<Counter>, String> asKey = new HashMap<>(Map.of(counter, "here"));
      boolean same =
          a.peer(2)
              .rpcSync(
                  () ->
                      array[0].equals(((RRef<?>[]) array[1])[0])
                          && ((Optional<?>) array[2]).orElseThrow().equals(queue.peek())
                          && byEnum.get(Key.COUNTER).equals(queue.peek())
                          && asKey.get(queue.peek()).equals("here"));
      assertThat(same).isTrue();
    }
  }

  @Test
  void aReferenceTravelsInsideCyclesAndNestedFunctions() {
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      Node first = new Node();
      Node second = new Node();
      first.next = second;
      second.next = first;
      first.counter = counter;
      second.counter = counter;
      RemoteCallable<Integer, RuntimeException> inner = () -> bump(first.next.counter);
      RemoteCallable<Integer, RuntimeException> outer = () -> inner.call() + inner.call();
      int three = a.peer(3).rpcSync(() -> outer.call());
      assertThat(three).isEqualTo(3);
      Node back = a.peer(2).rpcSync(() -> first);
      assertThat(back.next.next).isSameAs(back);
      assertThat(bump(back.next.counter)).isEqualTo(3);
    }
  }

  @Test
  void aReferenceMayReferToAReference() {
    try (RRef<Counter> counter = toB.remote(Counter::new);
        RRef<RRef<Counter>> of = a.peer(2).remote(() -> counter)) {
      int one = of.rpcSync(inner -> inner.rpcSync(c -> c.add(1)));
      assertThat(one).isEqualTo(1);
      RRef<Counter> here = of.toHere();
      assertThat(here).isEqualTo(counter);
      here.close();
    }
  }

  @Test
  void manyReferencesInOneMessageAllArrive() {
    List<RRef<Counter>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(a.peer(i % WORKERS).remote(Counter::new));
    }
    long sum = a.peer(2).rpcSync(() -> all.stream().mapToLong(each -> bump(each)).sum());
    assertThat(sum).isEqualTo(1_000);
    List<RRef<Counter>> back = a.peer(3).rpcSync(() -> all);
    assertThat(back).isEqualTo(all);
    all.forEach(RRef::close);
    back.forEach(RRef::close);
  }

  /** Runs on each worker of the ring: keeps the reference, uses it, passes it on. */
  private static int handOn(RRef<Counter> counter, int left) {
    Worker me = Worker.current();
    bump(counter);
    KEPT.put(me.name(), counter);
    if (left == 0) {
      return counter.rpcSync(Counter::get);
    }
    Peer next = me.peer((me.rank() + 1) % WORKERS);
    return next.rpcSync(() -> handOn(counter, left - 1));
  }

  @Test
  void aReferencePassesRoundARingAndBackToItsOwner() {
    try (RRef<Counter> counter = a.peer(4).remote(Counter::new)) {
      int used = a.self().rpcSync(() -> handOn(counter, WORKERS - 1));
      assertThat(used).isEqualTo(WORKERS);
    }
    // Its creator has closed it; all other workers still hold it and use it.
    assertThat(KEPT.keySet()).hasSize(WORKERS);
    Groups.eventuallyWithGc(
        "every worker is one holder",
        () ->
            group.worker("w4").ownedValues().size() == 1
                && Set.copyOf(group.worker("w4").ownedValues().getFirst().holders())
                    .equals(KEPT.keySet()));
    KEPT.values().forEach(PassingReferencesTest::bump);
    RRef<Counter> last = KEPT.remove("w2");
    List.copyOf(KEPT.values()).forEach(RRef::close);
    assertThat(bump(last)).isEqualTo(2 * WORKERS + 1);
    last.close();
  }

  @Test
  void aReferencePassesManyTimesRoundTheRingBeforeItsValueExists() {
    Gates.reset();
    RRef<Counter> counter =
        a.peer(4)
            .remote(
                () -> {
                  Gates.pass("constructor");
                  return new Counter();
                });
    CompletableFuture<Integer> result = a.peer(1).rpcAsync(() -> pass(counter, 4 * WORKERS));
    counter.close();
    Gates.open("constructor");
    assertThat(result.join()).isEqualTo(1);
  }

  /** Passes it on without using it. */
  private static int pass(RRef<Counter> counter, int left) {
    Worker me = Worker.current();
    if (left == 0) {
      return bump(counter);
    }
    Peer next = me.peer((me.rank() + 1) % WORKERS);
    int result = next.rpcSync(() -> pass(counter, left - 1));
    counter.close();
    return result;
  }

  @Test
  void aPeerCanBeSentAndStaysTheSameWorker() {
    Map<String, Peer> peers = new LinkedHashMap<>(Map.of("it", a.peer(3)));
    String name = toB.rpcSync(() -> peers.get("it").rpcSync(() -> Worker.current().name()));
    assertThat(name).isEqualTo("w3");
    Peer back = toB.rpcSync(() -> peers.get("it"));
    assertThat(back).isEqualTo(a.peer("w3"));
    assertThat(Collections.frequency(a.peers(), back)).isEqualTo(1);
  }
}
