package io.farref.group.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.farref.JoinException;
import io.farref.group.Member;
import io.farref.spi.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How workers join and leave, with any store. */
abstract class MembershipContract {
  private JoinedWorkers group = new JoinedWorkers("");
  private final List<Membership> joined = new ArrayList<>();
  private Set<Thread> threadsBefore = Set.of();

  abstract String uri();

  Store wrap(Store store) {
    return store;
  }

  /** Whether a worker of the group without a rank hosts the store until it leaves. */
  boolean isHosted() {
    return false;
  }

  @BeforeEach
  final void makeGroup() {
    threadsBefore = Thread.getAllStackTraces().keySet();
    group = new JoinedWorkers(uri());
    group.wrapper = this::wrap;
  }

  @AfterEach
  final void leaveNothing() {
    joined.reversed().forEach(Membership::close);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !threadsBefore.contains(thread))
                    .filteredOn(thread -> thread.getName().startsWith("farref-"))
                    .isEmpty());
  }

  private Membership get(CompletableFuture<Membership> joining) {
    Membership membership = JoinedWorkers.get(joining);
    joined.add(membership);
    return membership;
  }

  @Test
  void allMembersSeeTheSameMembersByRank() {
    var b = group.worker("b").rank(1).of(3).start();
    var c = group.worker("c").rank(2).of(3).start();
    var a = group.worker("a").rank(0).of(3).start();
    List<Membership> members = List.of(get(a), get(b), get(c));
    List<Member> expected = members.getFirst().members();
    assertThat(expected).extracting(Member::name).containsExactly("a", "b", "c");
    assertThat(expected).extracting(Member::rank).containsExactly(0, 1, 2);
    assertThat(expected).extracting(Member::id).doesNotHaveDuplicates();
    assertThat(members).allSatisfy(m -> assertThat(m.members()).isEqualTo(expected));
    assertThat(members).extracting(Membership::groupId).containsOnly(members.get(1).groupId());
    assertThat(members).extracting(Membership::self).isEqualTo(expected);
    assertThat(members).noneMatch(Membership::isOpen);
  }

  @Test
  void namesAndRanksThatAreLeftOutAreAssignedAndGivenOnesKept() {
    var one = group.worker("zoe").of(4).start();
    var two = group.worker().of(4).start();
    var three = group.worker("adam").of(4).start();
    var zero = group.worker().rank(0).of(4).start();
    List<Member> members = get(one).members();
    List.of(two, three, zero).forEach(this::get);
    assertThat(members).extracting(Member::rank).containsExactly(0, 1, 2, 3);
    assertThat(members)
        .extracting(Member::name)
        .containsExactly("worker-0", "adam", "zoe", "worker-3");
  }

  @Test
  void aWorldOfOneFormsAtOnce() {
    Membership alone = get(group.worker().of(1).start());
    assertThat(alone.members()).containsExactly(alone.self());
    assertThat(alone.self().name()).isEqualTo("worker-0");
  }

  @Test
  void aNameClaimedTwiceIsRefusedOnAllSides() {
    var first = group.worker("ps").rank(0).of(3).at("127.0.0.1:1001").start();
    var second = group.worker("ps").rank(1).of(3).at("127.0.0.1:1002").start();
    assertThat(List.of(JoinedWorkers.failure(first), JoinedWorkers.failure(second)))
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(JoinException.class)
                    .hasMessageContaining("two workers are called 'ps': one at 127.0.0.1:100")
                    .hasMessageContaining("one at 127.0.0.1:1001")
                    .hasMessageContaining("one at 127.0.0.1:1002"));
  }

  @Test
  void aDuplicateEndsTheJoinForWaitingWorkersToo() throws Exception {
    var waiting = group.worker("trainer").rank(0).of(4).start();
    awaitRegistered(1);
    var first = group.worker("ps").rank(1).of(4).start();
    var second = group.worker("ps").rank(2).of(4).start();
    assertThat(
            List.of(
                JoinedWorkers.failure(waiting),
                JoinedWorkers.failure(first),
                JoinedWorkers.failure(second)))
        .allSatisfy(f -> assertThat(f).hasMessageContaining("two workers are called 'ps'"));
  }

  @Test
  void aRankClaimedTwiceIsRefusedOnAllSides() throws Exception {
    var host = group.worker("x").rank(0).of(4).start();
    awaitRegistered(1);
    var first = group.worker("a").rank(1).of(4).start();
    var second = group.worker("b").rank(1).of(4).start();
    assertThat(
            List.of(
                JoinedWorkers.failure(first),
                JoinedWorkers.failure(second),
                JoinedWorkers.failure(host)))
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(JoinException.class)
                    .hasMessageContaining("two workers have rank 1: ")
                    .hasMessageContaining("a (rank 1, ")
                    .hasMessageContaining("b (rank 1, "));
  }

  @Test
  void worldSizesMustAgree() {
    var first = group.worker("a").rank(0).of(3).start();
    var second = group.worker("b").rank(1).of(2).start();
    assertThat(List.of(JoinedWorkers.failure(first), JoinedWorkers.failure(second)))
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(JoinException.class)
                    .hasMessageContaining("do not agree on the size of the world")
                    .hasMessageContaining("says 3")
                    .hasMessageContaining("says 2"));
  }

  @Test
  void aMissingMemberEndsTheJoinAndIsNamed() {
    group.timeout = Duration.ofMillis(700);
    var a = group.worker("a").rank(0).of(4).at("127.0.0.1:1001").start();
    JoinedWorkers withOwnTimeout = new JoinedWorkers(uri());
    withOwnTimeout.timeout = Duration.ofSeconds(2);
    var c = withOwnTimeout.worker("c").rank(2).of(4).at("127.0.0.1:1003").start();
    assertThat(JoinedWorkers.failure(a))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("the group did not come together: heard from ")
        .hasMessageContaining("a (rank 0, 127.0.0.1:1001), which is this worker")
        .hasMessageContaining("c (rank 2, 127.0.0.1:1003) after ")
        .hasMessageContaining("nothing from ranks 1, 3")
        .hasMessageContaining("waited 7")
        .hasMessageContaining(uri());
    assertThat(JoinedWorkers.failure(c)).isInstanceOf(JoinException.class);
  }

  @Test
  void aWorkerThatDiesWhileItJoinsIsSaidToBeGone() throws Exception {
    group.timeout = Duration.ofSeconds(4);
    var a = group.worker("a").rank(0).of(3).start();
    try (Store dying = group.worker().rank(1).open()) {
      Registration b = registrationOfB(3, "127.0.0.1:1002");
      dying.putEphemeral(GroupState.WORKER + b.incarnation(), b.encode());
      // A worker probes only workers that it has seen.
      await().until(() -> group.probed.contains("127.0.0.1:1002"));
    }
    assertThat(JoinedWorkers.failure(a))
        .hasMessageContaining("b (rank 1, 127.0.0.1:1002) was here after ")
        .hasMessageContaining("is gone since ")
        .hasMessageContaining("nothing from rank 2");
  }

  @Test
  void aWorkerAtWhoseAddressNobodyListensIsEvicted() throws Exception {
    group.timeout = Duration.ofSeconds(20);
    try (Store left = group.worker().rank(0).open()) {
      Registration stale = registrationOfB(2, "127.0.0.1:1");
      left.put(GroupState.WORKER + stale.incarnation(), stale.encode());
      group.deaf.add("127.0.0.1:1");
      var a = group.worker("a").rank(0).of(2).start();
      var b = group.worker("b").rank(1).of(2).start();
      assertThat(get(a).members()).isEqualTo(get(b).members());
    }
  }

  @Test
  void aRecordWithThisWorkersOwnAddressIsStale() throws Exception {
    try (Store left = group.worker().rank(0).open()) {
      Registration stale = registrationOfB(2, "127.0.0.1:77");
      left.put(GroupState.WORKER + stale.incarnation(), stale.encode());
      var b = group.worker("b").rank(1).of(2).at("127.0.0.1:77").start();
      var a = group.worker("a").rank(0).of(2).start();
      assertThat(get(a).members()).isEqualTo(get(b).members());
    }
  }

  @Test
  void aLateWorkerDoesNotDisturbAGroupAndLearnsWhoHasItsName() {
    group.timeout = Duration.ofSeconds(3);
    var a = group.worker("a").rank(0).of(2).start();
    var b = group.worker("b").rank(1).of(2).at("127.0.0.1:1002").start();
    get(a);
    get(b);
    var late = group.worker("b").rank(1).of(2).at("127.0.0.1:1009").start();
    assertThat(JoinedWorkers.failure(late))
        .hasMessageContaining(
            "two workers are called 'b': one at 127.0.0.1:1002, one at 127.0.0.1:1009");
  }

  @Test
  void anInterruptedJoinEndsAndLeavesNothing() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread joiner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    group.worker("a").rank(0).of(2).join();
                    failure.complete(new AssertionError("joined"));
                  } catch (RuntimeException e) {
                    failure.complete(
                        Thread.currentThread().isInterrupted()
                            ? e
                            : new AssertionError("no interrupt flag", e));
                  }
                });
    awaitRegistered(1);
    joiner.interrupt();
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("interrupted");
  }

  @Test
  void fiftyRoundsAtOneRendezvous() throws Exception {
    int rounds = 50;
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    List<List<String>> groups =
        List.of(
            new CopyOnWriteArrayList<>(),
            new CopyOnWriteArrayList<>(),
            new CopyOnWriteArrayList<>());
    for (int rank = 0; rank < 3; rank++) {
      int own = rank;
      workers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  try (Membership m = group.worker("w" + own).rank(own).of(3).join()) {
                    groups.get(own).add(m.groupId() + m.members());
                  }
                }
              },
              task -> Thread.ofPlatform().daemon().start(task)));
    }
    awaitAll(workers);
    assertThat(groups.get(0)).hasSize(rounds).doesNotHaveDuplicates();
    assertThat(groups.get(1)).isEqualTo(groups.get(0));
    assertThat(groups.get(2)).isEqualTo(groups.get(0));
  }

  @Test
  void roundsWithoutNamesOrRanksDoNotMix() throws Exception {
    int rounds = 10;
    CyclicBarrier barrier = new CyclicBarrier(3);
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Void>> workers =
        IntStream.range(0, 3)
            .mapToObj(
                worker ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int round = 0; round < rounds; round++) {
                            try (Membership m = group.worker().of(3).join()) {
                              seen.add(m.groupId());
                              barrier.await(30, TimeUnit.SECONDS);
                            } catch (Exception e) {
                              throw new AssertionError(e);
                            }
                          }
                        },
                        task -> Thread.ofPlatform().daemon().start(task)))
            .toList();
    awaitAll(workers);
    assertThat(seen).hasSize(rounds);
  }

  @Test
  void inAnOpenGroupWorkersComeAndGo() {
    Membership a = get(group.worker("a").start());
    List<List<String>> told = new CopyOnWriteArrayList<>();
    List<String> threads = new CopyOnWriteArrayList<>();
    a.onChange(
        members -> {
          threads.add(Thread.currentThread().getName());
          told.add(members.stream().map(Member::name).toList());
        });
    Membership b = get(group.worker("b").start());
    assertThat(b.members()).extracting(Member::name).containsExactly("a", "b");
    assertThat(b.groupId()).isEqualTo(a.groupId());
    assertThat(b.isOpen()).isTrue();
    awaitNames(a, "a", "b");
    Membership c = get(group.worker("c").start());
    awaitNames(a, "a", "b", "c");
    b.close();
    awaitNames(a, "a", "c");
    awaitNames(c, "a", "c");
    Membership again = get(group.worker("b").start());
    awaitNames(a, "a", "b", "c");
    assertThat(again.self().id()).isNotEqualTo(b.self().id());
    assertThat(again.self().rank()).isEqualTo(1);
    await()
        .untilAsserted(
            () ->
                assertThat(told)
                    .containsExactly(
                        List.of("a"),
                        List.of("a", "b"),
                        List.of("a", "b", "c"),
                        List.of("a", "c"),
                        List.of("a", "b", "c")));
    assertThat(threads).allMatch(name -> name.startsWith("farref-"));
  }

  @Test
  void aNewcomerIsKnownToAMemberWhoseListenersHaveReturned() throws Exception {
    Membership a = get(group.worker("a").start());
    CountDownLatch gate = new CountDownLatch(1);
    a.onChange(
        members -> {
          if (members.size() > 1) {
            try {
              gate.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    Membership b = get(group.worker("b").start());
    JoinAcknowledgements acknowledgements = b.acknowledgements();
    awaitNames(a, "a", "b");
    assertThat(acknowledgements.missing(b.members(), Duration.ofMillis(50)))
        .containsExactly(a.self());
    gate.countDown();
    List<Member> missing;
    do {
      missing = acknowledgements.missing(b.members(), Duration.ofSeconds(20));
    } while (!missing.isEmpty());
  }

  @Test
  void aMemberThatListensToNobodyYetKnowsNobody() throws Exception {
    Membership a = get(group.worker("a").start());
    Membership b = get(group.worker("b").start());
    JoinAcknowledgements acknowledgements = b.acknowledgements();
    awaitNames(a, "a", "b");
    assertThat(acknowledgements.missing(b.members(), Duration.ofMillis(50)))
        .containsExactly(a.self());
    a.onChange(_ -> {});
    List<Member> missing;
    do {
      missing = acknowledgements.missing(b.members(), Duration.ofSeconds(20));
    } while (!missing.isEmpty());
  }

  @Test
  void inAnOpenGroupOnlyTheNewcomerIsRefused() {
    Membership a = get(group.worker("a").at("127.0.0.1:1001").start());
    var newcomer = group.worker("a").at("127.0.0.1:1002").start();
    assertThat(JoinedWorkers.failure(newcomer))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining(
            "two workers are called 'a': one at 127.0.0.1:1001, one at 127.0.0.1:1002");
    Membership b = get(group.worker("b").start());
    assertThat(b.members()).extracting(Member::name).containsExactly("a", "b");
    awaitNames(a, "a", "b");
  }

  @Test
  void aDeadMemberOfAnOpenGroupIsEvictedByTheMemberThatFindsIt() {
    Membership a = get(group.worker("a").start());
    Membership b = get(group.worker("b").start());
    Membership c = get(group.worker("c").start());
    awaitNames(a, "a", "b", "c");
    c.remove(b.self());
    assertThat(c.members()).extracting(Member::name).containsExactly("a", "c");
    awaitNames(a, "a", "c");
    awaitNames(b, "a", "c");
    Membership next = get(group.worker("b").start());
    assertThat(next.self().id()).isNotEqualTo(b.self().id());
    awaitNames(a, "a", "b", "c");
  }

  @Test
  void aNewcomerReplacesADeadMemberOfItsName() {
    Membership a = get(group.worker("a").start());
    Membership b = get(group.worker("b").at("127.0.0.1:1002").start());
    group.deaf.add("127.0.0.1:1002");
    Membership next = get(group.worker("b").start());
    assertThat(next.members()).extracting(Member::name).containsExactly("a", "b");
    awaitNames(a, "a", "b");
    assertThat(next.self().incarnation()).isNotEqualTo(b.self().incarnation());
  }

  @Test
  void aWorkerWithAWorldSizeDoesNotFitIntoAnOpenGroup() {
    get(group.worker("a").start());
    var newcomer = group.worker("b").rank(1).of(2).start();
    assertThat(JoinedWorkers.failure(newcomer))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("an open group is here, and this worker waits for a world of 2");
  }

  @Test
  void manyJoinAnOpenGroupAtOnce() {
    List<CompletableFuture<Membership>> joining = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      joining.add(group.worker().start());
    }
    List<Membership> members = joining.stream().map(this::get).toList();
    assertThat(members).extracting(Membership::groupId).containsOnly(members.get(0).groupId());
    assertThat(members).extracting(m -> m.self().id()).doesNotHaveDuplicates();
    assertThat(members)
        .extracting(m -> m.self().rank())
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(new HashSet<>(members)).hasSize(8);
    for (Membership member : members) {
      await().untilAsserted(() -> assertThat(member.members()).hasSize(8));
    }
  }

  private static Registration registrationOfB(int worldSize, String address) {
    return new Registration(
        Optional.of("b"), OptionalInt.of(1), OptionalInt.of(worldSize), address, "b-before");
  }

  private static void awaitAll(List<CompletableFuture<Void>> workers) throws Exception {
    AssertionError failures = new AssertionError("a worker failed");
    for (CompletableFuture<Void> worker : workers) {
      try {
        worker.get(120, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        failures.addSuppressed(e.getCause());
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }

  private static void awaitNames(Membership membership, String... names) {
    await()
        .untilAsserted(
            () ->
                assertThat(membership.members())
                    .extracting(Member::name)
                    .containsExactlyInAnyOrder(names));
  }

  private void awaitRegistered(int count) throws IOException {
    try (Store store = group.worker().rank(9).open()) {
      var seen = store.list(GroupState.WORKER);
      while (seen.entries().size() < count) {
        seen = store.await(GroupState.WORKER, seen, Duration.ofSeconds(20));
      }
    }
  }
}
