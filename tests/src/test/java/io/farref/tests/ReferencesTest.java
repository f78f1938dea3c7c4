package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.RemoteCallable;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The uses of a reference, and its failures. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@EnumSource(Wire.class)
class ReferencesTest {
  private final LocalGroup group;
  private final Worker a;
  private final Worker b;
  private final Peer toB;
  private final Peer toC;

  ReferencesTest(Wire wire) {
    group = wire.group().start("a", "b", "c");
    a = group.worker("a");
    b = group.worker("b");
    toB = a.peer("b");
    toC = a.peer("c");
  }

  @BeforeEach
  void reset() {
    Gates.reset();
    Resource.reset();
  }

  @AfterEach
  void close() {
    Gates.reset();
    Groups.closeEmpty(group);
  }

  interface Adding {
    int add(int k);
  }

  private static Counter slowCounter() {
    Gates.pass("constructor");
    return new Counter();
  }

  private static Counter brokenCounter() throws IOException {
    throw new IOException("no disk");
  }

  // ---- Before the value exists -----------------------------------------------------------------

  @Test
  void remoteReturnsAtOnceAlthoughTheConstructorTakesLong() {
    try (RRef<Counter> counter = toB.remote(() -> slowCounter())) {
      CompletableFuture<Integer> five = counter.rpcAsync(c -> c.add(5));
      assertThat(five).isNotDone();
      Gates.open("constructor"); // would not be reached if remote waited
      assertThat(five.join()).isEqualTo(5);
    }
  }

  @Test
  void remoteOnAReferenceReturnsAtOnceAlthoughItsConstructorTakesLong() {
    try (RRef<Counter> counter = toB.remote(() -> slowCounter());
        RRef<Integer> five = counter.remote(c -> c.add(5));
        RRef<String> text = five.remote(n -> "n=" + n)) {
      Gates.open("constructor");
      assertThat(text.toHere()).isEqualTo("n=5");
    }
  }

  @Test
  void aReferenceCanBeUsedChainedAndSentBeforeTheValueExists() {
    try (RRef<Counter> counter = toB.remote(() -> slowCounter())) {
      CompletableFuture<Integer> used = counter.rpcAsync(c -> c.add(1));
      CompletableFuture<Integer> facade =
          CompletableFuture.supplyAsync(() -> counter.as(Adding.class).add(2));
      CompletableFuture<Integer> elsewhere = toC.rpcAsync(() -> counter.rpcSync(c -> c.add(4)));
      CompletableFuture<Integer> onTheOwner = toB.rpcAsync(() -> counter.localValue().add(8));
      RRef<Integer> chained = counter.remote(c -> c.add(16));
      RRef<Integer> chainedElsewhere = toC.remote(() -> counter.rpcSync(c -> c.add(32)));
      List<CompletableFuture<Integer>> all =
          List.of(
              used,
              facade,
              elsewhere,
              onTheOwner,
              chained.rpcAsync(n -> n),
              chainedElsewhere.rpcAsync(n -> n));
      assertThat(all).noneMatch(CompletableFuture::isDone);
      Gates.open("constructor");
      all.forEach(CompletableFuture::join);
      assertThat(counter.<Integer, RuntimeException>rpcSync(Counter::get)).isEqualTo(63);
      chained.close();
      chainedElsewhere.close();
    }
  }

  @Test
  void usesThatWaitForTheValueStartBeforeLaterOnesOfTheThread() {
    try (RRef<Counter> counter = toB.remote(() -> slowCounter())) {
      List<CompletableFuture<Integer>> early = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        early.add(counter.rpcAsync(c -> c.add(1)));
      }
      Gates.open("constructor");
      early.forEach(CompletableFuture::join);
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(101);
    }
  }

  // ---- Creations that fail ---------------------------------------------------------------------

  /** Every use fails in the same way: here, on a third worker and on the owner. */
  private void assertEveryUseFails(RRef<Counter> reference, Consumer<Throwable> how) {
    List<ThrowingCallable> uses = new ArrayList<>();
    uses.add(() -> reference.rpcSync(c -> c.add(1)));
    uses.add(() -> reference.runSync(c -> c.add(1)));
    uses.add(() -> get(reference.rpcAsync(c -> c.add(1))));
    uses.add(() -> get(reference.runAsync(c -> c.add(1))));
    uses.add(() -> get(reference.rpcCompose(c -> CompletableFuture.completedFuture(c.add(1)))));
    uses.add(() -> reference.remote(c -> c.add(1)).toHere());
    uses.add(() -> reference.remote(c -> c.add(1)).remote(n -> n + 1).rpcSync(n -> n));
    uses.add(reference::toHere);
    uses.add(() -> reference.withTimeout(Duration.ofSeconds(20)).toHere());
    uses.add(() -> reference.call("add", 1));
    uses.add(() -> get(reference.callAsync("add", 1)));
    uses.add(() -> reference.callRemote("add", 1).toHere());
    uses.add(() -> toC.rpcSync(() -> reference.rpcSync(c -> c.add(1))));
    uses.add(() -> toC.rpcSync(() -> reference.toHere().get()));
    uses.add(() -> toC.remote(() -> reference.rpcSync(c -> c.add(1))).toHere());
    uses.add(() -> toB.rpcSync(() -> reference.localValue().get()));
    uses.add(() -> toB.rpcSync(() -> reference.toHere().get()));
    uses.add(() -> toB.rpcSync(() -> reference.rpcSync(c -> c.add(1))));
    for (int i = 0; i < uses.size(); i++) {
      Throwable thrown = catchThrowable(uses.get(i));
      assertThat(thrown).as("use %d", i).isNotNull();
      how.accept(thrown instanceof UndeclaredThrowableException ? thrown.getCause() : thrown);
    }
  }

  private static Object get(CompletableFuture<?> future) throws Throwable {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  @Test
  void aFailedCreationFailsEveryUseOnEveryWorker() {
    try (RRef<Counter> broken = toB.remote(() -> brokenCounter())) {
      assertEveryUseFails(
          broken,
          thrown ->
              assertThat(thrown).isExactlyInstanceOf(IOException.class).hasMessage("no disk"));
      assertThatThrownBy(() -> broken.as(Adding.class).add(1)).hasRootCauseMessage("no disk");
    }
  }

  @Test
  void aCreationWithoutAFunctionFailsEveryUseOfItsReference() {
    RemoteCallable<Counter, RuntimeException> none = null;
    try (RRef<Counter> broken = toB.remote(none)) {
      assertThatThrownBy(broken::toHere).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> broken.rpcSync(c -> c.add(1)))
          .isInstanceOf(NullPointerException.class);
      assertThat(broken.rpcAsync(c -> c.add(1))).isCompletedExceptionally();
      assertThatThrownBy(() -> toC.rpcSync(() -> broken.toHere().get()))
          .hasRootCauseInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void aTimedOutCreationFailsEveryUseOnEveryWorkerForEver() {
    try (RRef<Counter> late = toB.withTimeout(Duration.ofMillis(20)).remote(() -> slowCounter())) {
      assertEveryUseFails(
          late, thrown -> assertThat(thrown).isExactlyInstanceOf(RpcTimeoutException.class));
      Gates.open("constructor");
      assertEveryUseFails(
          late, thrown -> assertThat(thrown).isExactlyInstanceOf(RpcTimeoutException.class));
    }
  }

  @Test
  void aValueThatComesAfterItsCreationTimedOutIsUnreferenced() {
    try (RRef<Resource> late =
        toB.withTimeout(Duration.ofMillis(20))
            .remote(
                () -> {
                  Gates.pass("constructor");
                  return new Resource("late");
                })) {
      assertThatThrownBy(late::toHere).isInstanceOf(RpcTimeoutException.class);
      Gates.open("constructor");
      Groups.eventually("told", () -> Resource.freed().equals(List.of("late")));
    }
  }

  @Test
  void aReferenceDoesNotInheritTheTimeoutOfItsCreation() {
    try (RRef<Counter> counter = toB.withTimeout(Duration.ofMillis(200)).remote(Counter::new)) {
      assertThat(counter.<Integer, RuntimeException>rpcSync(Counter::get)).isZero();
      CompletableFuture<Void> slow = counter.runAsync(_ -> Gates.pass("call"));
      assertThatThrownBy(() -> slow.get(400, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      Gates.open("call");
      slow.join();
    }
  }

  @Test
  void aViewWithATimeoutBoundsEachUseAndSharesTheHandle() {
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      RRef<Counter> hasty = counter.withTimeout(Duration.ofMillis(20));
      assertThat(hasty).isEqualTo(counter).hasSameHashCodeAs(counter);
      assertThatThrownBy(() -> hasty.runSync(_ -> Gates.pass("call")))
          .isInstanceOf(RpcTimeoutException.class);
      Gates.open("call");
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(1);
      assertThatThrownBy(() -> counter.withTimeout(Duration.ofNanos(-1)))
          .isInstanceOf(IllegalArgumentException.class);
      hasty.close();
      assertThatThrownBy(() -> counter.rpcSync(c -> c.add(1)))
          .isInstanceOf(RRefReleasedException.class);
    }
  }

  @Test
  void zeroIsNoTimeout() {
    try (RRef<Counter> counter = toB.withTimeout(Duration.ZERO).remote(() -> slowCounter())) {
      CompletableFuture<Integer> five = counter.withTimeout(Duration.ZERO).rpcAsync(c -> c.add(5));
      Gates.open("constructor");
      assertThat(five.join()).isEqualTo(5);
    }
  }

  // ---- Values and identity ---------------------------------------------------------------------

  @Test
  void toHereCopiesTheValueAndLeavesTheOwnersUnchanged() {
    try (RRef<List<String>> list = toB.remote(() -> new ArrayList<>(List.of("x")))) {
      List<String> copy = list.toHere();
      copy.add("mine");
      assertThat(list.toHere()).containsExactly("x").isNotSameAs(copy);
    }
  }

  @Test
  void aReferenceMayReferToNull() {
    try (RRef<String> nothing = toB.remote(() -> null)) {
      assertThat(nothing.toHere()).isNull();
      assertThat(nothing.<Boolean, RuntimeException>rpcSync(s -> s == null)).isTrue();
      assertThatThrownBy(() -> nothing.call("length"))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("length");
    }
  }

  @Test
  void localValueAndToHereOnTheOwnerAreTheObjectItself() {
    Counter mine = new Counter();
    try (RRef<Counter> reference = a.rref(mine)) {
      assertThat(reference.localValue()).isSameAs(mine);
      assertThat(reference.toHere()).isSameAs(mine);
      assertThat(reference.isOwner()).isTrue();
      assertThat(reference.isConfirmed()).isTrue();
      assertThat(reference.owner()).isEqualTo(a.self());
      assertThat(toB.<Integer, RuntimeException>rpcSync(() -> reference.rpcSync(c -> c.add(3))))
          .isEqualTo(3);
      assertThat(mine.get()).isEqualTo(3);
    }
  }

  @Test
  void localValueOnAnotherWorkerIsRefusedNamingTheOwner() {
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      assertThat(counter.isOwner()).isFalse();
      assertThat(counter.owner().name()).isEqualTo("b");
      assertThatIllegalStateException()
          .isThrownBy(counter::localValue)
          .withMessageContaining("lives on worker b");
    }
  }

  @Test
  void theOwnerConfirmsAHolder() {
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      Groups.eventually("confirmed", counter::isConfirmed);
      int one = toC.rpcSync(() -> counter.rpcSync(c -> c.add(1)));
      assertThat(one).isEqualTo(1);
    }
  }

  @Test
  void referencesToOneValueOnOneWorkerAreEqualAndShareOneCount() {
    RRef<Counter> made = toB.remote(Counter::new);
    RRef<Counter> back = toB.rpcSync(() -> made);
    RRef<Counter> fromC = toC.rpcSync(() -> made);
    assertThat(back).isEqualTo(made).hasSameHashCodeAs(made).isNotSameAs(made);
    assertThat(fromC).isEqualTo(made);
    assertThat(Map.of(made, "one")).containsEntry(fromC, "one");
    assertThat(a.stats().referencesHeld()).isEqualTo(1);
    Groups.eventuallyWithGc(
        "a alone holds it, once",
        () ->
            b.ownedValues().size() == 1
                && b.ownedValues().getFirst().holders().equals(List.of("a")));
    made.close();
    back.close();
    assertThat(fromC.<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(1);
    fromC.close();
    // What came from c is held until the owner has heard of it, so that c may release it.
    Groups.eventually("a holds nothing", () -> a.stats().referencesHeld() == 0);
    Groups.eventually("freed", () -> b.stats().valuesOwned() == 0);
  }

  @Test
  void referencesToTwoValuesAreNotEqual() {
    try (RRef<Counter> one = toB.remote(Counter::new);
        RRef<Counter> other = toB.remote(Counter::new)) {
      assertThat(one).isNotEqualTo(other);
      assertThat(one).isNotEqualTo("RRef");
    }
  }

  // ---- After close -----------------------------------------------------------------------------

  @Test
  void everyUseAfterCloseFailsAsReleased() {
    RRef<Counter> closed = toB.remote(Counter::new);
    Adding facade = closed.as(Adding.class);
    closed.close();
    closed.close();
    List<ThrowingCallable> uses = new ArrayList<>();
    uses.add(() -> closed.rpcSync(c -> c.add(1)));
    uses.add(() -> closed.runSync(c -> c.add(1)));
    uses.add(() -> get(closed.rpcAsync(c -> c.add(1))));
    uses.add(() -> get(closed.runAsync(c -> c.add(1))));
    uses.add(() -> get(closed.rpcCompose(c -> CompletableFuture.completedFuture(c.add(1)))));
    uses.add(() -> closed.remote(c -> c.add(1)).toHere());
    uses.add(closed::toHere);
    uses.add(() -> closed.call("add", 1));
    uses.add(() -> get(closed.callAsync("add", 1)));
    uses.add(() -> closed.callRemote("add", 1).toHere());
    uses.add(() -> facade.add(1));
    uses.add(() -> toC.rpcSync(() -> closed.rpcSync(c -> c.add(1))));
    uses.add(() -> toB.rpcSync(() -> closed.localValue().get()));
    uses.add(() -> get(toC.rpcAsync(() -> closed.rpcSync(c -> c.add(1)))));
    uses.add(() -> toC.remote(() -> closed.rpcSync(c -> c.add(1))).toHere());
    for (int i = 0; i < uses.size(); i++) {
      Throwable thrown = catchThrowable(uses.get(i));
      assertThat(thrown)
          .as("use %d", i)
          .isInstanceOf(RRefReleasedException.class)
          .hasMessageContaining("worker b");
      assertThat(((RRefReleasedException) thrown).safeToRetry()).as("use %d", i).isTrue();
    }
    assertThat(closed.owner().name()).isEqualTo("b");
    assertThat(closed.toString()).contains("closed");
  }

  @Test
  void callsMadeBeforeCloseStillRun() {
    RRef<Counter> counter = toB.remote(() -> slowCounter());
    CompletableFuture<Integer> five = counter.rpcAsync(c -> c.add(5));
    RRef<Integer> chained = counter.remote(c -> c.add(1));
    counter.close();
    Gates.open("constructor");
    assertThat(five.join()).isIn(5, 6);
    assertThat(chained.toHere()).isIn(1, 6);
    chained.close();
  }

  // ---- On the owner itself ---------------------------------------------------------------------

  @Test
  void everythingWorksOnTheOwnerItself() throws Exception {
    Peer self = a.self();
    try (RRef<Counter> counter = self.remote(() -> slowCounter())) {
      assertThat(counter.isOwner()).isTrue();
      CompletableFuture<Integer> one = counter.rpcAsync(c -> c.add(1));
      CompletableFuture<Counter> local = CompletableFuture.supplyAsync(counter::localValue);
      RRef<Integer> chained = counter.remote(c -> c.add(1));
      assertThat(one).isNotDone();
      Gates.open("constructor");
      one.join();
      assertThat(local.join()).isSameAs(counter.localValue()).isSameAs(counter.toHere());
      assertThat(chained.toHere()).isIn(1, 2);
      chained.close();
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(3);
      counter.runSync(c -> c.add(1));
      counter.runAsync(c -> c.add(1)).join();
      assertThat(counter.rpcCompose(c -> CompletableFuture.supplyAsync(() -> c.add(1))).join())
          .isEqualTo(6);
      assertThat(counter.as(Adding.class).add(1)).isEqualTo(7);
      assertThat(counter.call("add", 1)).isEqualTo(8);
      assertThat(counter.callAsync("add", 1).join()).isEqualTo(9);
      try (RRef<Object> ten = counter.callRemote("add", 1)) {
        assertThat(ten.toHere()).isEqualTo(10);
      }
      RRef<Counter> again = self.rpcSync(() -> counter);
      assertThat(again).isEqualTo(counter);
      assertThat(again.localValue()).isSameAs(counter.localValue());
      again.close();
    }
    try (RRef<Counter> broken = self.remote(() -> brokenCounter())) {
      assertThatThrownBy(broken::localValue).isInstanceOf(IOException.class);
      assertThatThrownBy(broken::toHere).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> broken.rpcSync(c -> c.add(1))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void localValueWaitsNoLongerThanItsTimeout() {
    try (RRef<Counter> counter = a.self().remote(() -> slowCounter())) {
      RRef<Counter> hasty = counter.withTimeout(Duration.ofMillis(20));
      assertThatThrownBy(hasty::localValue).isInstanceOf(RpcTimeoutException.class);
      Gates.open("constructor");
      assertThat(counter.localValue().get()).isZero();
    }
  }

  @Test
  void aResultMayBeTheTargetItself() {
    AtomicReference<RRef<Counter>> same = new AtomicReference<>();
    try (RRef<Counter> counter = toB.remote(Counter::new)) {
      same.set(counter.remote(c -> c));
    }
    try (RRef<Counter> still = same.get()) {
      assertThat(still.<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(1);
    }
  }
}
