package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** When a value is freed, and when it must not be. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@EnumSource(Wire.class)
class LifetimeTest {
  /** Values that workers keep between calls, by name. */
  private static final ConcurrentMap<String, RRef<Resource>> KEPT = new ConcurrentHashMap<>();

  private final LocalGroup group;
  private final Worker a;
  private final Worker b;
  private final Worker c;
  private final Peer toB;
  private final Peer toC;

  LifetimeTest(Wire wire) {
    group = wire.group().start("a", "b", "c");
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
    KEPT.clear();
  }

  @AfterEach
  void close() {
    Gates.reset();
    KEPT.clear();
    Groups.closeEmpty(group);
  }

  private static Resource slowResource(String name) {
    Gates.pass("constructor");
    return new Resource(name);
  }

  private static String nameOf(RRef<Resource> resource) {
    return resource.rpcSync(Resource::name);
  }

  /** A value that cannot be encoded. */
  private static final class Unsendable {
    private final Thread thread = Thread.currentThread();

    @Override
    public String toString() {
      return "unsendable " + thread;
    }
  }

  private static void awaitFreed(String... names) {
    Groups.eventually(
        "freed " + List.of(names),
        () -> Resource.freed().stream().sorted().toList().equals(List.of(names)));
  }

  // ---- Letting go ------------------------------------------------------------------------------

  @Test
  void closeFreesTheValueAndUnreferencedRunsOnce() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThat(nameOf(resource)).isEqualTo("r");
    assertThat(Resource.freed()).isEmpty();
    resource.close();
    awaitFreed("r");
    assertThat(b.stats().valuesOwned()).isZero();
    resource.close();
    int unused = toB.rpcSync(() -> 1);
    assertThat(Resource.freed()).containsExactly("r");
  }

  @Test
  void theGarbageCollectorFreesAValueThatWasNotClosed() {
    int length = toB.remote(() -> new Resource("r")).rpcSync(r -> r.name().length());
    assertThat(length).isEqualTo(1);
    Groups.eventuallyWithGc("freed", () -> Resource.freed().equals(List.of("r")));
    assertThat(a.stats().referencesHeld()).isZero();
  }

  @Test
  void aValueHeldByItsOwnerIsFreedWhenTheOwnerReleasesIt() {
    RRef<Resource> mine = a.rref(new Resource("mine"));
    RRef<Resource> made = a.self().remote(() -> new Resource("made"));
    assertThat(made.localValue().name()).isEqualTo("made");
    assertThat(a.stats().valuesOwned()).isEqualTo(2);
    mine.close();
    made.close();
    awaitFreed("made", "mine");
  }

  @Test
  void aValueIsNotFreedWhileAnyWorkerHoldsIt() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    toC.runSync(() -> KEPT.put("c", resource));
    resource.close();
    toB.runSync(() -> {}); // behind the release
    assertThat(toC.rpcSync(() -> nameOf(KEPT.get("c")))).isEqualTo("r");
    assertThat(Resource.freed()).isEmpty();
    KEPT.remove("c").close();
    Groups.eventuallyWithGc("freed", () -> Resource.freed().equals(List.of("r")));
  }

  @Test
  void aValueIsNotFreedWhileACallOnItRuns() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    CompletableFuture<String> call =
        resource.rpcAsync(
            r -> {
              Gates.pass("call");
              return Resource.freed() + r.name();
            });
    CompletableFuture<String> staged =
        resource.rpcCompose(
            r ->
                CompletableFuture.supplyAsync(
                    () -> {
                      Gates.pass("call");
                      return Resource.freed() + r.name();
                    }));
    resource.close();
    int unused = toB.rpcSync(() -> 1);
    assertThat(a.stats().referencesHeld()).isZero();
    assertThat(Resource.freed()).isEmpty();
    Gates.open("call");
    assertThat(call.join()).isEqualTo("[]r");
    assertThat(staged.join()).isEqualTo("[]r");
    awaitFreed("r");
  }

  @Test
  void aValueWhoseReferenceWasClosedBeforeItExistedIsMadeAndFreed() {
    toB.remote(() -> slowResource("r")).close();
    Gates.open("constructor");
    awaitFreed("r");
  }

  @Test
  void unreferencedRunsWhenTheLastOfTwoValuesOfAnObjectIsFreed() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    RRef<Resource> same = resource.remote(r -> r);
    assertThat(nameOf(same)).isEqualTo("r");
    resource.close();
    Groups.eventually("the first is gone", () -> b.stats().valuesOwned() == 1);
    assertThat(nameOf(same)).isEqualTo("r");
    assertThat(Resource.freed()).isEmpty();
    same.close();
    awaitFreed("r");
  }

  @Test
  void anExceptionOfUnreferencedFailsNothingElse() {
    RRef<io.farref.Unreferenced> grumpy =
        toB.remote(
            () ->
                () -> {
                  throw new IllegalStateException("grumpy");
                });
    grumpy.runSync(_ -> {});
    grumpy.close();
    Groups.eventually("freed", () -> b.stats().valuesOwned() == 0);
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void aChainLeavesNothingButItsLastValue() {
    RRef<Resource> last =
        toB.remote(() -> new Resource("1"))
            .remote(r -> new Resource(r.name() + "2"))
            .remote(r -> new Resource(r.name() + "3"));
    assertThat(nameOf(last)).isEqualTo("123");
    Groups.eventuallyWithGc(
        "the others are freed",
        () -> Resource.freed().stream().sorted().toList().equals(List.of("1", "12")));
    last.close();
    awaitFreed("1", "12", "123");
  }

  @Test
  void unreferencedRunsForOwnedValuesWhenTheWorkerCloses() {
    RRef<Resource> kept = toB.remote(() -> new Resource("kept"));
    assertThat(nameOf(kept)).isEqualTo("kept");
    RRef<Resource> making = toB.remote(() -> slowResource("late"));
    Groups.eventually("it is being made", () -> b.stats().callsRunning() == 1);
    b.closeNow();
    awaitFreed("kept");
    Gates.open("constructor");
    awaitFreed("kept", "late");
    kept.close();
    making.close();
  }

  // ---- Messages that do not arrive -------------------------------------------------------------

  @Test
  void aCallThatCannotBeEncodedLeavesNothing() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    Unsendable bad = new Unsendable();
    assertThatThrownBy(() -> toC.rpcSync(() -> resource.toString() + bad))
        .isInstanceOf(RpcException.class);
    assertThat(toC.rpcAsync(() -> resource.toString() + bad)).isCompletedExceptionally();
    RRef<String> never = toC.remote(() -> resource.toString() + bad);
    RRef<String> neverChained = resource.remote(r -> r.name() + bad);
    assertThatThrownBy(never::toHere).isInstanceOf(RpcException.class);
    assertThatThrownBy(neverChained::toHere).isInstanceOf(RpcException.class);
    resource.close();
    never.close();
    neverChained.close();
    awaitFreed("r");
    Groups.eventually("c owns nothing", () -> c.stats().valuesOwned() == 0);
    assertThat(a.stats().referencesHeld()).isZero();
  }

  @Test
  void aResultThatCannotBeEncodedLeavesNothing() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThatThrownBy(() -> toC.rpcSync(() -> List.of(resource, new Unsendable())))
        .isInstanceOf(RpcException.class);
    assertThatThrownBy(
            () ->
                toC.rpcSync(
                    () -> List.of(Worker.current().rref(new Resource("s")), new Unsendable())))
        .isInstanceOf(RpcException.class);
    resource.close();
    Groups.eventuallyWithGc(
        "freed", () -> Resource.freed().stream().sorted().toList().equals(List.of("r", "s")));
  }

  @Test
  void aReferenceInAnUnawaitedReplyIsSettled() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    Peer hasty = toC.withTimeout(Duration.ofMillis(20));
    assertThatThrownBy(
            () ->
                hasty.rpcSync(
                    () -> {
                      Gates.pass("reply");
                      return List.of(resource, Worker.current().rref(new Resource("s")));
                    }))
        .isInstanceOf(RpcTimeoutException.class);
    resource.close();
    Gates.open("reply");
    Groups.eventuallyWithGc(
        "freed", () -> Resource.freed().stream().sorted().toList().equals(List.of("r", "s")));
  }

  @Test
  void aReferenceOfAnotherWorkerOfThisJvmCannotBeSent() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    assertThatThrownBy(() -> c.peer("b").rpcSync(() -> resource.toString()))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("belongs to another worker");
    resource.close();
    awaitFreed("r");
  }

  // ---- Workers that die ------------------------------------------------------------------------

  @Test
  void valuesHeldOnlyByADeadHolderAreFreed() {
    RRef<Resource> shared = toB.remote(() -> new Resource("shared"));
    toC.runSync(
        () -> {
          KEPT.put("shared", shared);
          KEPT.put("own", Worker.current().peer("b").remote(() -> new Resource("own")));
        });
    Groups.eventually("both are made", () -> b.stats().valuesOwned() == 2);
    c.closeNow();
    awaitFreed("own");
    assertThat(nameOf(shared)).isEqualTo("shared");
    shared.close();
    awaitFreed("own", "shared");
  }

  @Test
  void everyReferenceToADeadOwnerFailsAtOnce() {
    RRef<Resource> resource = toB.remote(() -> new Resource("r"));
    toC.runSync(() -> KEPT.put("c", resource));
    CompletableFuture<Void> pending = resource.runAsync(_ -> Gates.pass("never"));
    CompletableFuture<Void> pendingOfC =
        toC.runAsync(() -> KEPT.get("c").runSync(_ -> Gates.pass("never")));
    Groups.eventually("both run", () -> b.stats().callsRunning() == 2);
    b.closeNow();
    assertThatThrownBy(pending::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(WorkerLostException.class)
        .satisfies(
            e ->
                assertThat(((WorkerLostException) e.getCause()).execution())
                    .isEqualTo(RpcException.Execution.MAYBE_EXECUTED));
    assertThatThrownBy(pendingOfC::join).hasCauseInstanceOf(WorkerLostException.class);
    assertThatThrownBy(resource::toHere)
        .isInstanceOf(WorkerLostException.class)
        .hasMessageContaining("b");
    assertThatThrownBy(() -> resource.remote(r -> r.name()).toHere())
        .isInstanceOf(WorkerLostException.class);
    assertThatThrownBy(() -> toC.rpcSync(() -> nameOf(KEPT.get("c"))))
        .isInstanceOf(WorkerLostException.class);
    assertThatThrownBy(() -> toC.rpcSync(() -> nameOf(resource)))
        .isInstanceOf(WorkerLostException.class);
    assertThatThrownBy(() -> toB.rpcSync(() -> 1)).isInstanceOf(WorkerLostException.class);
    assertThatThrownBy(() -> toB.remote(() -> 1).toHere()).isInstanceOf(WorkerLostException.class);
    assertThat(resource.owner().name()).isEqualTo("b");
    resource.close();
    KEPT.remove("c").close();
  }

  @Test
  void aValueOutlivesItsCreatorThatDiesBeforeItExists() {
    RRef<Resource> resource = toB.remote(() -> slowResource("r"));
    RRef<Resource> chained = resource.remote(r -> new Resource(r.name() + "2"));
    toC.runSync(
        () -> {
          KEPT.put("first", resource);
          KEPT.put("second", chained);
        });
    Groups.eventually(
        "b knows that c holds them", () -> KEPT.values().stream().allMatch(RRef::isConfirmed));
    a.closeNow();
    Gates.open("constructor");
    // From now on c holds them alone.
    assertThat(nameOf(KEPT.get("second"))).isEqualTo("r2");
    assertThat(nameOf(KEPT.get("first"))).isEqualTo("r");
    KEPT.values().forEach(RRef::close);
    awaitFreed("r", "r2");
  }

  @Test
  void manyShortLivedReferencesFromManyThreadsLeaveNothing() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 300; i++) {
                  RRef<Counter> counter = toB.remote(Counter::new);
                  CompletableFuture<Integer> one = counter.rpcAsync(x -> x.add(1));
                  CompletableFuture<Integer> elsewhere =
                      toC.rpcAsync(() -> Map.of("it", counter).get("it").rpcSync(x -> x.add(1)));
                  counter.close();
                  assertThat(one.join() + elsewhere.join()).isEqualTo(3);
                }
              }));
    }
    all.forEach(CompletableFuture::join);
  }
}
