package io.farref.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Default methods run on the owner where it has them, else here. */
final class DefaultMethodsTest {
  static class Counter {
    int n;

    int add(int k) {
      n += k;
      return n;
    }
  }

  static class TwiceCounter extends Counter {
    int addTwice(int k) {
      return add(2 * k) + 1000;
    }

    int fail() {
      throw new UnknownMethodException("of something else", Execution.NOT_EXECUTED);
    }
  }

  interface Counting {
    int add(int k);

    default int addTwice(int k) {
      add(k);
      return add(k);
    }

    default int fail() {
      return -1;
    }
  }

  interface CountingLater {
    CompletableFuture<Integer> add(int k);

    default CompletableFuture<Integer> addTwice(int k) {
      return add(k).thenCompose(_ -> add(k));
    }

    default CompletableFuture<Integer> broken() {
      throw new IllegalStateException("broken");
    }
  }

  interface CountingThere {
    RRef<Integer> add(int k);

    default RRef<Integer> addTwice(int k) {
      add(k);
      return add(k);
    }
  }

  private final FakeReference<Counter> once = FakeReference.to(new Counter());
  private final FakeReference<Counter> twice = FakeReference.to(new TwiceCounter());

  @Test
  void aDefaultMethodWithACounterpartRunsOnTheOwner() {
    assertThat(twice.as(Counting.class).addTwice(1)).isEqualTo(1002);
    assertThat(twice.as(CountingLater.class).addTwice(1)).isCompletedWithValue(1004);
    assertThat(twice.as(CountingThere.class).addTwice(1).toHere()).isEqualTo(1006);
    assertThat(twice.styles).containsExactly("sync", "async", "sync", "remote");
  }

  @Test
  void aDefaultMethodWithoutACounterpartRunsOnTheCaller() {
    assertThat(once.as(Counting.class).addTwice(1)).isEqualTo(2);
    assertThat(once.as(CountingLater.class).addTwice(1)).isCompletedWithValue(4);
    assertThat(once.as(CountingThere.class).addTwice(1).toHere()).isEqualTo(6);
  }

  @Test
  void theOwnersAnswerIsRemembered() {
    Counting facade = once.as(Counting.class);
    facade.addTwice(1);
    assertThat(once.styles).hasSize(3);
    facade.addTwice(1);
    assertThat(once.styles).hasSize(5);
    CountingThere there = twice.as(CountingThere.class);
    there.addTwice(1);
    there.addTwice(1);
    assertThat(twice.styles).containsExactly("sync", "remote", "remote");
  }

  @Test
  void aMissingAnswerIsNotRemembered() {
    Counting facade = once.as(Counting.class);
    once.failNext = new RpcTimeoutException("late", Execution.MAYBE_EXECUTED);
    assertThatExceptionOfType(RpcTimeoutException.class).isThrownBy(() -> facade.addTwice(1));
    assertThat(facade.addTwice(1)).isEqualTo(2);
  }

  @Test
  void aReferenceWhoseOwnerDoesNotAnswerHoldsTheFailure() {
    CountingThere facade = twice.as(CountingThere.class);
    twice.failNext = new RpcTimeoutException("late", Execution.MAYBE_EXECUTED);
    assertThat(facade.addTwice(1).toHere()).isEqualTo(1002);
    assertThat(twice.styles).containsExactly("sync", "remote");
  }

  @Test
  void anErrorOfTheMethodIsNotTakenForAMissingOne() {
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> twice.as(Counting.class).fail())
        .withMessage("of something else");
    assertThat(once.as(Counting.class).fail()).isEqualTo(-1);
  }

  @Test
  void anExceptionOfAnAsyncDefaultMethodFailsItsFuture() {
    CountingLater facade = once.as(CountingLater.class);
    CompletableFuture<Integer> first = facade.broken();
    CompletableFuture<Integer> second = facade.broken();
    assertThatIllegalStateException().isThrownBy(() -> FakeCalls.get(first));
    assertThatIllegalStateException().isThrownBy(() -> FakeCalls.get(second));
  }

  @Test
  void cancellingAnAsyncDefaultCancelsTheCall() {
    FakeReference<Counter> unborn = new FakeReference<>(new CompletableFuture<>());
    CompletableFuture<Integer> call = unborn.as(CountingLater.class).addTwice(1);
    call.cancel(true);
    assertThat(unborn.lastAsync).isCancelled();
  }

  @Test
  void anImplementationInheritsTheDefaultOnTheOwner() {
    class Implementing implements Counting {
      int calls;

      @Override
      public int add(int k) {
        return ++calls;
      }
    }
    FakeReference<Implementing> reference = FakeReference.to(new Implementing());
    assertThat(reference.as(Counting.class).addTwice(1)).isEqualTo(2);
    assertThat(reference.styles).containsExactly("sync");
  }
}
