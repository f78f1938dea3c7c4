package io.farref.node;

import static io.farref.node.BarrierKind.BEGUN;
import static io.farref.node.BarrierKind.PROGRAM;
import static io.farref.node.BarrierKind.QUIET;
import static io.farref.node.BarrierKind.REPORTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.WorkerLostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BarrierCoordinatorTest {
  private final List<Integer> watched = new ArrayList<>();
  private Set<Integer> present = Set.of(0, 1, 2);
  private Set<String> past = Set.of();
  private final BarrierCoordinator coordinator =
      new BarrierCoordinator(0, watched::add, () -> present, () -> past, true, Runnable::run);

  private CompletableFuture<Long> arrive(BarrierKind barrier, int from, long number) {
    return coordinator.arrive(barrier, from, number).toCompletableFuture();
  }

  @Test
  void allWorkersGetTheSumWhenTheLastHasArrivedAndTheCoordinatorGetsItLast() {
    List<String> heard = new ArrayList<>();
    arrive(PROGRAM, 0, 1).thenAccept(sum -> heard.add("0: " + sum));
    arrive(PROGRAM, 1, 2).thenAccept(sum -> heard.add("1: " + sum));
    assertThat(heard).isEmpty();
    arrive(PROGRAM, 2, 4).thenAccept(sum -> heard.add("2: " + sum));
    // The third stage was complete when it was returned, so its action ran outside of the order.
    assertThat(heard).containsExactly("1: 7", "0: 7", "2: 7");
  }

  @Test
  void aWorkerThatHasNotArrivedIsWatched() {
    arrive(PROGRAM, 1, 0);
    assertThat(watched).containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void aWorkerThatJoinsWhileABarrierWaitsIsWatched() {
    arrive(PROGRAM, 0, 1);
    watched.clear();
    present = Set.of(0, 1, 2, 3);
    coordinator.joined();
    assertThat(watched).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aLostWorkerFailsABarrierButNotAClose() {
    CompletableFuture<Long> barrier = arrive(PROGRAM, 0, 0);
    CompletableFuture<Long> close = arrive(QUIET, 0, 3);
    arrive(QUIET, 1, 4);
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
            true,
            Runnable::run);
    CompletableFuture<Long> barrier = losing.arrive(PROGRAM, 0, 0).toCompletableFuture();
    assertThat(barrier).isCompletedExceptionally();
  }

  @Test
  void aWorkerAtALaterBarrierOfACloseHasPassedTheEarlierOnes() {
    CompletableFuture<Long> later = arrive(REPORTED, 1, 0);
    arrive(QUIET, 2, 5);
    CompletableFuture<Long> earlier = arrive(QUIET, 0, 3);
    assertThat(earlier).isCompletedWithValue(8L);
    assertThat(later).isNotDone();
  }

  @Test
  void anArrivalThatIsRepeatedTakesItsPlaceOrEndsAtOnceWhenTheOthersHavePassed() {
    CompletableFuture<Long> first = arrive(PROGRAM, 1, 1);
    first.cancel(false); // its caller stopped waiting
    CompletableFuture<Long> repeated = arrive(PROGRAM, 1, 1);
    arrive(PROGRAM, 0, 1);
    assertThat(repeated).isNotDone();
    arrive(PROGRAM, 2, 1);
    assertThat(repeated).isCompleted();
    assertThat(arrive(PROGRAM, 1, 1)).isCompleted();
    assertThat(arrive(PROGRAM, 1, 2)).isNotDone();
  }

  @ParameterizedTest
  @EnumSource(BarrierKind.class)
  void aWorkerThatIsNoMemberCannotArrive(BarrierKind barrier) {
    assertThatThrownBy(() -> arrive(barrier, 3, 1))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "worker 3 cannot arrive at barrier '%s': it is no member of the group any more",
            barrier);
    assertThat(coordinator.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(BarrierKind.class)
  void aNumberThatNoWorkerCountsToIsRefused(BarrierKind barrier) {
    assertThatThrownBy(() -> arrive(barrier, 1, -1)).isInstanceOf(RefusedException.class);
    assertThat(coordinator.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(value = BarrierKind.class, mode = EnumSource.Mode.EXCLUDE, names = "PROGRAM")
  void anOpenGroupHasNoBarriersOfAClose(BarrierKind barrier) {
    BarrierCoordinator open =
        new BarrierCoordinator(0, watched::add, () -> present, () -> past, false, Runnable::run);
    assertThatThrownBy(() -> open.arrive(barrier, 1, 0))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("an open group");
    open.arrive(PROGRAM, 1, 1);
  }

  @Test
  void manyArrivalsOfOneMemberLeaveOneNumberAndOneCallForEachBarrier() {
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      for (BarrierKind each : BarrierKind.values()) {
        all.add(arrive(each, 1, i));
      }
    }
    int barriers = BarrierKind.values().length;
    assertThat(coordinator.size()).isEqualTo(2 * barriers);
    assertThat(all.subList(0, all.size() - barriers))
        .allSatisfy(each -> assertThat(each).isCompletedExceptionally());
    assertThat(all.getFirst().exceptionNow())
        .hasMessageContaining("arrived at barrier 'barrier' again");
    assertThat(all.subList(all.size() - barriers, all.size()))
        .allSatisfy(each -> assertThat(each).isNotDone());
  }

  @ParameterizedTest
  @EnumSource(BarrierKind.class)
  void ofACallThatEndedOnlyTheNumberAtTheBarrierOfProgramsStays(BarrierKind barrier) {
    for (int i = 0; i < 2_000; i++) {
      arrive(barrier, 1, i).cancel(false); // as its deadline, its caller or its connection ends it
    }
    assertThat(coordinator.size()).isEqualTo(barrier == PROGRAM ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource(BarrierKind.class)
  void nothingStaysOfAWorkerThatIsLost(BarrierKind barrier) {
    CompletableFuture<Long> call = arrive(barrier, 1, 1);
    call.cancel(false); // its connection has ended
    arrive(barrier, 2, 1);
    present = Set.of(0, 2);
    coordinator.review();
    assertThat(coordinator.size()).as("what worker 2 has").isEqualTo(2);
    present = Set.of(0, 1, 2);
    assertThat(arrive(barrier, 0, 1)).as("it waits for a new worker").isNotDone();
  }

  @Test
  void whatAWorkerPassedIsForgottenWithIt() {
    present.forEach(each -> arrive(PROGRAM, each, 1));
    assertThat(coordinator.size()).isEqualTo(3);
    arrive(PROGRAM, 0, 2);
    present = Set.of(0);
    coordinator.review();
    assertThat(coordinator.size()).isEqualTo(1);
  }

  @Test
  void aMemberThatSaysThatItClosesHoldsUpAndEndsNobodyElse() {
    CompletableFuture<Long> barrier = arrive(PROGRAM, 0, 1);
    CompletableFuture<Long> begun = arrive(BEGUN, 0, 0);
    for (BarrierKind each : BarrierKind.values()) {
      if (each.isOfClose()) {
        arrive(each, 1, Long.MAX_VALUE);
      }
    }
    assertThat(barrier).isNotDone();
    assertThat(begun).as("worker 2 is not closing").isNotDone();
    assertThat(arrive(BEGUN, 2, 0)).isCompleted();
    assertThat(begun).isCompleted();
  }

  @Test
  void aWorkerPastTheBeginningOfACloseIsNotAwaitedThere() {
    CompletableFuture<Long> quiet = arrive(QUIET, 1, 0); // the former coordinator released it
    arrive(BEGUN, 0, 0);
    assertThat(arrive(BEGUN, 2, 0)).isCompleted();
    assertThat(quiet).isNotDone();
  }
}
