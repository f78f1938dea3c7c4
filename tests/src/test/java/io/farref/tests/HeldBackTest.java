package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.FaultyNetwork;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** References over a network that holds messages back, delays them and breaks. */
@ExtendWith(NoLeaks.class)
@Timeout(30)
class HeldBackTest {
  private static final ConcurrentMap<String, RRef<Resource>> KEPT = new ConcurrentHashMap<>();
  private static final AtomicInteger STEPS = new AtomicInteger();

  private final FaultyNetwork network = FaultyNetwork.over(new InProcessTransport());
  private final LocalGroup group = LocalGroup.builder().network(network).start("a", "b", "c");
  private final Worker a = group.worker("a");
  private final Worker b = group.worker("b");
  private final Worker c = group.worker("c");
  private final Peer toB = a.peer("b");
  private final Peer toC = a.peer("c");

  @BeforeEach
  void reset() {
    Gates.reset();
    Resource.reset();
    KEPT.clear();
    STEPS.set(0);
  }

  @AfterEach
  void close() {
    network.everywhere().release();
    Gates.reset();
    KEPT.clear();
    Groups.closeEmpty(group);
  }

  private static String nameOf(RRef<Resource> resource) {
    return resource.rpcSync(Resource::name);
  }

  private static int step(int n) {
    STEPS.incrementAndGet();
    return n + 1;
  }

  private static int pass(int times, RRef<Counter> counter) {
    if (times == 0) {
      return counter.rpcSync(x -> x.add(1));
    }
    Worker me = Worker.current();
    Peer next = me.peer((me.rank() + 1) % 3);
    CompletableFuture<Integer> result = next.rpcAsync(() -> pass(times - 1, counter));
    counter.close(); // only the message keeps it
    return result.join();
  }

  private void connect() {
    int unused = toB.rpcSync(() -> Worker.current().peer("a").rpcSync(() -> 1));
    int unusedToo = toC.rpcSync(() -> Worker.current().peer("a").rpcSync(() -> 1));
  }

  // ---- At once ---------------------------------------------------------------------------------

  @Test
  void remoteReturnsBeforeTheOwnerKnowsTheValue() {
    network.path("a", "b").hold();
    RRef<Counter> counter = toB.remote(Counter::new);
    RRef<Integer> five = counter.remote(x -> x.add(5));
    CompletableFuture<Integer> seven = counter.rpcAsync(x -> x.add(2));
    assertThat(counter.isConfirmed()).isFalse();
    assertThat(counter.owner().name()).isEqualTo("b");
    assertThat(b.stats().callsServed()).isZero();
    network.path("a", "b").release();
    assertThat(five.toHere()).isEqualTo(5);
    assertThat(seven.join()).isEqualTo(7);
    five.close();
    counter.close();
  }

  @Test
  void aReferenceCanBeUsedElsewhereBeforeItsOwnerKnowsIt() {
    connect();
    network.path("a", "b").hold();
    RRef<Counter> counter = toB.remote(Counter::new);
    CompletableFuture<Integer> elsewhere = toC.rpcAsync(() -> counter.rpcSync(x -> x.add(5)));
    Groups.eventually("c's call waits at b", () -> b.stats().callsRunning() == 1);
    network.path("a", "b").release();
    assertThat(elsewhere.join()).isEqualTo(5);
    counter.close();
  }

  @Test
  void aChainOfTenCostsOneRoundTrip() {
    connect();
    network.path("b", "a").hold(); // a receives nothing until all ten have run
    List<RRef<Integer>> chain = new ArrayList<>();
    chain.add(toB.remote(() -> step(0)));
    for (int i = 1; i < 10; i++) {
      chain.add(chain.getLast().remote(n -> step(n)));
    }
    CompletableFuture<Integer> result = chain.getLast().rpcAsync(n -> n);
    chain.forEach(RRef::close);
    Groups.eventually("all have run", () -> STEPS.get() == 10);
    assertThat(result).isNotDone();
    network.path("b", "a").release();
    assertThat(result.join()).isEqualTo(10);
  }

  // ---- Nothing held is ever freed --------------------------------------------------------------

  @Test
  void theTargetStaysAliveWhenTheCallerClosesItRightAfterSending() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThat(nameOf(resource)).isEqualTo("r");
    network.path("a", "b").hold();
    CompletableFuture<String> name = resource.rpcAsync(Resource::name);
    RRef<Integer> length = resource.remote(r -> r.name().length());
    resource.close();
    network.path("a", "b").release();
    assertThat(name.join()).isEqualTo("r");
    assertThat(length.toHere()).isEqualTo(1);
    length.close();
    Groups.eventually("freed", () -> Resource.freed().equals(List.of("r")));
  }

  @Test
  void argumentsStayAliveWhenTheCallerClosesThemRightAfterSending() {
    connect();
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThat(nameOf(resource)).isEqualTo("r");
    network.path("a", "c").hold();
    CompletableFuture<String> name = toC.rpcAsync(() -> nameOf(resource));
    resource.close();
    toB.runSync(() -> {}); // a release would have arrived before
    assertThat(Resource.freed()).isEmpty();
    network.path("a", "c").release();
    assertThat(name.join()).isEqualTo("r");
    Groups.eventuallyWithGc("freed", () -> Resource.freed().equals(List.of("r")));
  }

  @Test
  void thePasserKeepsAReferenceUntilTheOwnerKnowsTheReceiver() {
    connect();
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    network.path("c", "b").hold();
    toC.runSync(() -> KEPT.put("c", resource)); // c has it; b does not know yet
    resource.close();
    toB.runSync(() -> {});
    assertThat(b.ownedValues().getFirst().holders()).containsExactly("a");
    assertThat(Resource.freed()).isEmpty();
    network.path("c", "b").release();
    Groups.eventually(
        "c alone holds it", () -> b.ownedValues().getFirst().holders().equals(List.of("c")));
    assertThat(nameOf(KEPT.get("c"))).isEqualTo("r");
    KEPT.remove("c").close();
    Groups.eventuallyWithGc("freed", () -> Resource.freed().equals(List.of("r")));
  }

  @Test
  void shortLivedReferencesSurviveASlowNetworkThatSplitsEveryWrite() {
    network.everywhere().inPiecesOf(7);
    network.everywhere().delay(42, Duration.ZERO, Duration.ofMillis(2));
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 25; i++) {
                  RRef<Counter> counter = a.peer(i % 3).remote(Counter::new);
                  RRef<Counter> same = counter.remote(x -> x);
                  CompletableFuture<Integer> far = toC.rpcAsync(() -> pass(3, counter));
                  counter.close();
                  assertThat(far.join()).isEqualTo(1);
                  CompletableFuture<Integer> near = toB.rpcAsync(() -> pass(1, same));
                  same.close();
                  assertThat(near.join()).isEqualTo(2);
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    all.forEach(CompletableFuture::join);
  }

  // ---- Connections that break ------------------------------------------------------------------

  @Test
  void valuesHeldOnlyByACutOffHolderAreFreed() {
    toC.runSync(() -> KEPT.put("c", Worker.current().peer("b").remote(() -> new Resource("r"))));
    Groups.eventually("made", () -> KEPT.get("c").isConfirmed());
    network.around("c").cut();
    Groups.eventually("freed", () -> Resource.freed().equals(List.of("r")));
    assertThatThrownBy(() -> nameOf(KEPT.get("c"))).isInstanceOf(WorkerLostException.class);
  }

  @Test
  void valuesInTransitToACutOffWorkerAreFreed() {
    connect();
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThat(nameOf(resource)).isEqualTo("r");
    network.path("a", "c").hold();
    CompletableFuture<String> name = toC.rpcAsync(() -> nameOf(resource));
    resource.close();
    toB.runSync(() -> {});
    assertThat(Resource.freed()).isEmpty();
    network.around("c").cut();
    Groups.eventually("freed", () -> Resource.freed().equals(List.of("r")));
    assertThatThrownBy(name::join).hasCauseInstanceOf(WorkerLostException.class);
  }

  @Test
  void everyReferenceToACutOffOwnerFailsAtOnce() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    CompletableFuture<Void> pending = resource.runAsync(_ -> Gates.pass("never"));
    Groups.eventually("it runs", () -> b.stats().callsRunning() == 1);
    network.around("b").cut();
    assertThatThrownBy(pending::join).hasCauseInstanceOf(WorkerLostException.class);
    assertThatThrownBy(resource::toHere).isInstanceOf(WorkerLostException.class);
    resource.close();
  }

  @Test
  void aReceiverThatIsTooLateBecauseThePasserDiedIsTold() {
    connect();
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThat(nameOf(resource)).isEqualTo("r");
    network.path("c", "b").hold();
    toC.runSync(() -> KEPT.put("c", resource));
    a.closeNow();
    Groups.eventually("freed", () -> Resource.freed().equals(List.of("r")));
    network.path("c", "b").release();
    assertThatThrownBy(() -> nameOf(KEPT.get("c")))
        .isInstanceOf(WorkerLostException.class)
        .hasMessageContaining("gone")
        .satisfies(e -> assertThat(((WorkerLostException) e).safeToRetry()).isTrue());
  }

  @Test
  void usesOfAValueThatItsLostCreatorNeverRequestedFail() {
    connect();
    network.path("a", "b").hold();
    RRef<Resource> resource = toB.remote(() -> new Resource("never"));
    CompletableFuture<String> name = toC.rpcAsync(() -> nameOf(resource));
    Groups.eventually("c's call waits at b", () -> b.stats().callsRunning() == 1);
    network.between("a", "b").cut();
    assertThatThrownBy(name::join)
        .hasCauseInstanceOf(WorkerLostException.class)
        .hasMessageContaining("before it had created the value");
    assertThatThrownBy(resource::toHere).isInstanceOf(WorkerLostException.class);
    resource.close();
    Groups.eventually("b's call has ended", () -> b.stats().callsRunning() == 0);
  }

  @Test
  void aRefusedConnectionIsALostWorker() {
    network.path("a", "b").refuse();
    RRef<Counter> counter = toB.remote(Counter::new);
    assertThatThrownBy(() -> counter.rpcSync(x -> x.add(1)))
        .isInstanceOf(WorkerLostException.class)
        .satisfies(e -> assertThat(((WorkerLostException) e).safeToRetry()).isTrue());
    counter.close();
    int fine = toC.rpcSync(() -> 1);
    assertThat(fine).isEqualTo(1);
  }
}
