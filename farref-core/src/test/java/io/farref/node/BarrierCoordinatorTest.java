package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.WorkerLostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BarrierCoordinatorTest {
  private final List<Integer> watched = new ArrayList<>();
  private Set<Integer> present = Set.of(0, 1, 2);
  private Set<String> past = Set.of();
  private final BarrierCoordinator coordinator =
      new BarrierCoordinator(0, watched::add, () -> present, () -> past, Runnable::run);

  private CompletableFuture<Long> arrive(String barrier, int from, long number) {
    return coordinator.arrive(barrier, from, number).toCompletableFuture();
  }

  @Test
  void allWorkersGetTheSumWhenTheLastHasArrivedAndTheCoordinatorGetsItLast() {
    List<String> heard = new ArrayList<>();
    arrive("barrier", 0, 1).thenAccept(sum -> heard.add("0: " + sum));
    arrive("barrier", 1, 2).thenAccept(sum -> heard.add("1: " + sum));
    assertThat(heard).isEmpty();
    arrive("barrier", 2, 4).thenAccept(sum -> heard.add("2: " + sum));
    // The third stage was complete when it was returned, so its action ran outside of the order.
    assertThat(heard).containsExactly("1: 7", "0: 7", "2: 7");
  }

  @Test
  void aWorkerThatHasNotArrivedIsWatched() {
    arrive("barrier", 1, 0);
    assertThat(watched).containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void aWorkerThatJoinsWhileABarrierWaitsIsWatched() {
    arrive("barrier", 0, 1);
    watched.clear();
    present = Set.of(0, 1, 2, 3);
    coordinator.joined();
    assertThat(watched).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aLostWorkerFailsABarrierButNotAClose() {
    CompletableFuture<Long> barrier = arrive("barrier", 0, 0);
    CompletableFuture<Long> close = arrive("close-quiet", 0, 3);
    arrive("close-quiet", 1, 4);
    present = Set.of(0, 1);
    past = Set.of("c");
    coordinator.review();
    assertThat(barrier).isCompletedExceptionally();
    assertThat(barrier.exceptionNow()).isInstanceOf(WorkerLostException.class);
    assertThat(close).isCompletedWithValue(7L);
  }

  @Test
  void aWorkerLostWhileTheCoordinatorCountsFailsABarrier() {
    AtomicInteger questions = new AtomicInteger();
    BarrierCoordinator losing = // loses one worker between the two queries of a count
        new BarrierCoordinator(
            0,
            watched::add,
            () -> questions.incrementAndGet() <= 2 ? Set.of(0, 1) : Set.of(0),
            () -> questions.incrementAndGet() <= 2 ? Set.of() : Set.of("b"),
            Runnable::run);
    CompletableFuture<Long> barrier = losing.arrive("barrier", 0, 0).toCompletableFuture();
    assertThat(barrier).isCompletedExceptionally();
  }

  @Test
  void aWorkerAtALaterBarrierOfACloseHasPassedTheEarlierOnes() {
    CompletableFuture<Long> later = arrive("close-reported", 1, 0);
    arrive("close-quiet", 2, 5);
    CompletableFuture<Long> earlier = arrive("close-quiet", 0, 3);
    assertThat(earlier).isCompletedWithValue(8L);
    assertThat(later).isNotDone();
  }

  @Test
  void anArrivalThatIsRepeatedTakesItsPlaceOrEndsAtOnceWhenTheOthersHavePassed() {
    CompletableFuture<Long> first = arrive("barrier", 1, 1);
    first.cancel(false); // its caller stopped waiting
    CompletableFuture<Long> repeated = arrive("barrier", 1, 1);
    arrive("barrier", 0, 1);
    assertThat(repeated).isNotDone();
    arrive("barrier", 2, 1);
    assertThat(repeated).isCompleted();
    assertThat(arrive("barrier", 1, 1)).isCompleted();
    assertThat(arrive("barrier", 1, 2)).isNotDone();
  }
}
