package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listeners are called when a reference is lost. */
@ExtendWith(NoLeaks.class)
class LossOfReferencesTest {
  private final LocalGroup group = LocalGroup.of("a", "b", "c");
  private final Worker a = group.worker("a");
  private final Queue<WorkerLostException> told = new ConcurrentLinkedQueue<>();
  private final RRef<Counter> counter = a.peer("b").remote(Counter::new);

  @AfterEach
  void close() {
    group.closeNow();
  }

  private void lose() {
    group.worker("b").closeNow();
    TwoWorkers.eventually(
        () -> assertThatThrownBy(counter::toHere).isInstanceOf(WorkerLostException.class));
  }

  @Test
  void theLossOfTheOwnerIsReportedOnceToEachListenerOnItsOwnThread() {
    Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    counter.onLost(
        why -> {
          threads.add(Thread.currentThread());
          throw new IllegalStateException("one that throws harms no other");
        });
    counter.onLost(told::add);
    assertThat(counter.rpcSync(Counter::get)).isNotNull();
    assertThat(told).isEmpty();
    lose();
    TwoWorkers.eventually(() -> assertThat(told).hasSize(1));
    assertThat(told.peek()).hasMessageContaining("worker b");
    TwoWorkers.eventually(() -> assertThat(threads).hasSize(1));
    assertThat(threads.peek().isVirtual()).isTrue();
  }

  @Test
  void aListenerAddedAfterTheLossIsCalledAtOnce() {
    lose();
    counter.onLost(told::add);
    TwoWorkers.eventually(() -> assertThat(told).hasSize(1));
    RRef<Counter> neverMade = a.peer("c").remote(null);
    neverMade.onLost(told::add);
    TwoWorkers.eventually(() -> assertThat(told).hasSize(2));
  }

  @Test
  void aListenerOfAClosedReferenceIsNotCalled() {
    RRef<Counter> other = a.peer("b").remote(Counter::new);
    other.onLost(told::add);
    other.close();
    assertThatThrownBy(() -> other.onLost(told::add)).isInstanceOf(RRefReleasedException.class);
    counter.onLost(told::add);
    lose();
    TwoWorkers.eventually(() -> assertThat(told).hasSize(1));
  }

  @Test
  void aListenerDoesNotKeepAReference() {
    WeakReference<RRef<Counter>> forgotten = forget();
    Groups.eventuallyWithGc("collected", () -> forgotten.get() == null);
    Groups.eventuallyWithGc("released", () -> a.stats().referencesHeld() == 1);
    counter.onLost(told::add);
    lose();
    TwoWorkers.eventually(() -> assertThat(told).hasSize(1));
  }

  private WeakReference<RRef<Counter>> forget() {
    RRef<Counter> other = a.peer("b").remote(Counter::new);
    other.onLost(told::add);
    return new WeakReference<>(other);
  }

  @Test
  void closingTheWorkerItselfIsNoLoss() {
    counter.onLost(told::add);
    a.closeNow();
    group.closeNow();
    assertThat(List.copyOf(told)).isEmpty();
  }
}
