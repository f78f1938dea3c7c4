package io.farref.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.codec.FacadeHandler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FacadesTest {
  static class Counter {
    final AtomicInteger n = new AtomicInteger();

    int add(int k) {
      return n.addAndGet(k);
    }

    void reset() {
      n.set(0);
    }

    void fail() throws IOException {
      throw new IOException("disk full");
    }

    String text() {
      return "text";
    }
  }

  private final Counter counter = new Counter();
  private final FakeReference<Counter> reference = FakeReference.to(counter);

  interface Counting {
    int add(int k);

    void reset();
  }

  interface CountingLater {
    CompletableFuture<Integer> add(int k);

    CompletionStage<Void> reset();
  }

  interface CountingThere {
    RRef<Integer> add(int k);
  }

  @Test
  void aPlainReturnTypeIsSync() {
    Counting facade = reference.as(Counting.class);
    assertThat(facade.add(5)).isEqualTo(5);
    facade.reset();
    assertThat(counter.n).hasValue(0);
    assertThat(reference.styles).containsExactly("sync", "sync");
  }

  @Test
  void aFutureReturnTypeIsAsync() {
    CountingLater facade = reference.as(CountingLater.class);
    assertThat(facade.add(5)).isCompletedWithValue(5);
    assertThat(facade.reset().toCompletableFuture()).isCompletedWithValue(null);
    assertThat(counter.n).hasValue(0);
    assertThat(reference.styles).containsExactly("async", "async");
  }

  @Test
  void aReferenceReturnTypeIsRemote() {
    assertThat(reference.as(CountingThere.class).add(5).toHere()).isEqualTo(5);
    assertThat(reference.styles).containsExactly("remote");
  }

  @Test
  void nothingIsAskedBeforeTheFirstCall() {
    Counting unused = reference.as(Counting.class);
    assertThat(unused).isNotNull();
    assertThat(reference.styles).isEmpty();
    assertThat(reference.pipe().symbols).isEmpty();
  }

  @Test
  void aFacadeDeclaredInsideAMethodWorks() {
    interface Local {
      int add(int k);
    }
    assertThat(reference.as(Local.class).add(2)).isEqualTo(2);
  }

  interface Adding<T> {
    T add(T k);
  }

  interface IntegerAdding extends Adding<Integer>, Resetting {}

  interface Resetting {
    void reset();
  }

  @Test
  void aFacadeMayBeGenericAndExtendOthers() {
    IntegerAdding facade = reference.as(IntegerAdding.class);
    assertThat(facade.add(4)).isEqualTo(4);
    facade.reset();
    assertThat(counter.n).hasValue(0);
  }

  @Test
  @SuppressWarnings("unchecked")
  void anOpenTypeVariableUsesTheTypeOfTheArgument() {
    Adding<Integer> facade = reference.as(Adding.class);
    assertThat(facade.add(4)).isEqualTo(4);
  }

  interface Narrowing extends Adding<Integer> {
    @Override
    Integer add(Integer k);
  }

  @Test
  void aFacadesOwnBridgeLeadsToItsMethod() {
    Adding<Integer> facade = reference.as(Narrowing.class);
    assertThat(facade.add(4)).isEqualTo(4);
    assertThat(reference.pipe().symbols)
        .containsExactly("add(java.lang.Integer):java.lang.Integer");
  }

  @Test
  void objectsMethodsAreLocal() {
    Counting facade = reference.as(Counting.class);
    assertThat(facade)
        .isEqualTo(reference.as(Counting.class))
        .isNotEqualTo(reference.as(CountingThere.class))
        .isNotEqualTo(FakeReference.to(new Counter()).as(Counting.class))
        .isNotEqualTo(null)
        .isNotEqualTo(reference)
        .hasSameHashCodeAs(reference.as(Counting.class))
        .hasToString("io.farref.facade.FacadesTest$Counting of RRef[of ps]");
    assertThat(reference.styles).isEmpty();
  }

  @Test
  void objectsMethodsAreLocalAlsoWhereTheInterfaceRepeatsThem() {
    Comparator<?> facade = FakeReference.to(Comparator.<String>naturalOrder()).as(Comparator.class);
    assertThat(facade.equals(facade)).isTrue();
    Facades.check(Comparator.<String>naturalOrder().getClass(), Comparator.class);
  }

  @Test
  void aFacadeMustBeAnInterface() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reference.as(Counter.class))
        .withMessageContaining("FacadesTest$Counter is not");
    assertThatIllegalArgumentException().isThrownBy(() -> Facades.check(Counter.class, int.class));
  }

  @Test
  void anInterfaceOfTheJdkCanBeAFacade() {
    List<?> facade = FakeReference.to(List.of("a", "b")).as(List.class);
    assertThat(facade.size()).isEqualTo(2);
    assertThat(facade.get(1)).isEqualTo("b");
    assertThat(facade.getFirst()).isEqualTo("a");
  }

  @Test
  void aFacadeTellsItsInterfaceAndItsReference() {
    var handler = (FacadeHandler) Proxy.getInvocationHandler(reference.as(Counting.class));
    assertThat(handler.facade()).isEqualTo(Counting.class);
    assertThat(handler.reference()).isSameAs(reference);
  }

  interface Failing {
    void fail() throws IOException;
  }

  interface FailingQuietly {
    void fail();
  }

  @Test
  void aDeclaredCheckedExceptionIsThrownAsItIs() {
    assertThatThrownBy(() -> reference.as(Failing.class).fail())
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("disk full");
  }

  @Test
  void anUndeclaredCheckedExceptionIsWrapped() {
    assertThatThrownBy(() -> reference.as(FailingQuietly.class).fail())
        .isExactlyInstanceOf(UndeclaredThrowableException.class)
        .hasCauseExactlyInstanceOf(IOException.class);
  }

  interface Missing {
    int ad(int k);
  }

  interface MissingLater {
    CompletableFuture<Integer> ad(int k);
  }

  interface MissingThere {
    RRef<Integer> ad(int k);
  }

  @Test
  void aMissingCounterpartIsATypedErrorInEachStyle() {
    assertUnknown(() -> reference.as(Missing.class).ad(1));
    CompletableFuture<Integer> later = reference.as(MissingLater.class).ad(1);
    assertUnknown(() -> FakeCalls.get(later));
    RRef<Integer> there = reference.as(MissingThere.class).ad(1);
    assertUnknown(() -> there.rpcSync(n -> n));
  }

  private static void assertUnknown(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(call)
        .withMessage(
            "io.farref.facade.FacadesTest$Counter has no method ad(int); nearest: add(int)")
        .satisfies(e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED));
  }

  interface Much {
    int ad(int k);

    long add(int k);

    int reset();

    Integer text();

    default int twice(int k) {
      return 2 * k;
    }
  }

  @Test
  void aClassKnownToLackMethodsIsRefusedWithAllOfThem() {
    Facades.check(Counter.class, Counting.class);
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> Facades.check(Counter.class, Much.class))
        .withMessage(
            "io.farref.facade.FacadesTest$Counter cannot stand behind"
                + " io.farref.facade.FacadesTest$Much:"
                + " io.farref.facade.FacadesTest$Counter has no method ad(int);"
                + " nearest: add(int); and io.farref.facade.FacadesTest$Counter.reset() returns"
                + " void, of which no int can be made");
  }

  @Test
  void aVoidCounterpartOfAPrimitiveIsRefusedBeforeItRuns() {
    counter.add(1);
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> reference.as(Much.class).reset());
    assertThat(counter.n).hasValue(1);
  }

  interface Resulting {
    long add(int k);

    Object reset();

    Integer text();
  }

  @Test
  void resultsAreWidenedAndCheckedOnArrival() {
    Resulting facade = reference.as(Resulting.class);
    assertThat(facade.add(3)).isEqualTo(3L);
    assertThat(facade.reset()).isNull();
    assertThatExceptionOfType(ClassCastException.class)
        .isThrownBy(facade::text)
        .withMessage(
            "io.farref.facade.FacadesTest$Resulting.text() returned a java.lang.String,"
                + " which is no java.lang.Integer");
  }

  static class Untyped {
    Object number() {
      return null;
    }

    Object unsendable() {
      return new Object();
    }
  }

  interface Typed {
    int number();

    void unsendable();
  }

  @Test
  void aNullResultWhereAPrimitiveIsWantedIsRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> FakeReference.to(new Untyped()).as(Typed.class).number())
        .withMessageContaining("returned null where int is wanted");
  }

  @Test
  void aResultThatTheFacadeIgnoresStaysOnTheOwner() {
    var call = new MethodCall(MethodCall.Mode.CALL, false, "unsendable():void", new Object[0]);
    assertThat(FakeCalls.apply(call, new Untyped())).isNull();
  }

  static class Slow {
    final CompletableFuture<Integer> pending = new CompletableFuture<>();

    CompletionStage<Integer> value() {
      return pending;
    }
  }

  interface Waiting {
    int value();
  }

  interface WaitingLater {
    CompletableFuture<Integer> value();
  }

  interface WaitingThere {
    RRef<Integer> value();
  }

  interface Ignoring {
    CompletableFuture<Void> value();
  }

  @Test
  void aStageOnTheOwnerIsFlatInEveryStyle() {
    Slow slow = new Slow();
    FakeReference<Slow> there = FakeReference.to(slow);
    CompletableFuture<Integer> later = there.as(WaitingLater.class).value();
    CompletableFuture<Void> ignored = there.as(Ignoring.class).value();
    RRef<Integer> remote = there.as(WaitingThere.class).value();
    assertThat(later).isNotDone();
    assertThat(ignored).isNotDone();
    slow.pending.complete(7);
    assertThat(later).isCompletedWithValue(7);
    assertThat(ignored).isCompletedWithValue(null);
    assertThat(remote.toHere()).isEqualTo(7);
    assertThat(there.as(Waiting.class).value()).isEqualTo(7);
  }

  @Test
  void aHundredThousandStagesMayBePending() {
    Slow slow = new Slow();
    WaitingLater facade = FakeReference.to(slow).as(WaitingLater.class);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      all.add(facade.value());
    }
    assertThat(all).noneMatch(CompletableFuture::isDone);
    slow.pending.complete(1);
    assertThat(all).allMatch(f -> f.join() == 1);
  }

  static class Resource implements AutoCloseable {
    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  @Test
  void closingAFacadeClosesTheValue() {
    Resource resource = new Resource();
    FakeReference.to(resource).as(Closing.class).close();
    assertThat(resource.closed).isTrue();
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> reference.as(Closing.class).close());
  }

  @Test
  void aFailureOfTheCallIsNotTakenForAMissingMethod() {
    reference.failNext = new RpcTimeoutException("late", Execution.MAYBE_EXECUTED);
    assertThatExceptionOfType(RpcTimeoutException.class)
        .isThrownBy(() -> reference.as(Counting.class).add(1));
    assertThat(reference.as(Counting.class).add(1)).isEqualTo(1);
  }
}
