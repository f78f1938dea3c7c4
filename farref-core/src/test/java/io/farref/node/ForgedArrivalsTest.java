package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Worker;
import io.farref.call.Request;
import io.farref.call.client.PendingCall;
import io.farref.wire.CallHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Mallory, a member to which the others allow nothing, sends the library's own calls as it likes.
 * Olive has the coordinator.
 */
@Timeout(60)
class ForgedArrivalsTest {
  private LocalWorker olive;
  private LocalWorker alice;
  private LocalWorker mallory;

  @BeforeEach
  void join() {
    String place = "mem://" + UUID.randomUUID();
    List<LocalWorker> joined =
        Stream.of("olive", "alice", "mallory")
            .map(
                name ->
                    CompletableFuture.supplyAsync(
                        () -> join(name, place), Thread::startVirtualThread))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    olive = joined.get(0);
    alice = joined.get(1);
    mallory = joined.get(2);
    assertThat(olive.id()).isZero();
  }

  private static LocalWorker join(String name, String place) {
    return (LocalWorker)
        Worker.builder()
            .name(name)
            .rank(List.of("olive", "alice", "mallory").indexOf(name))
            .worldSize(3)
            .rendezvous(place)
            .joinTimeout(Duration.ofSeconds(30))
            .authorize(_ -> false)
            .join();
  }

  @AfterEach
  void close() {
    for (LocalWorker each : List.of(mallory, alice, olive)) {
      each.closeNow();
      Awaitility.await().until(() -> each.stats().callsPending() == 0);
    }
  }

  private PendingCall<Long> arrive(LocalWorker at, BarrierKind barrier, long number) {
    return mallory
        .router()
        .client(at.id())
        .call(
            Request.onWorker(
                new BarrierArrival(barrier, number), CallHead.COMPOSE | CallHead.SYSTEM, 0));
  }

  private static CompletableFuture<Void> inBackground(Runnable action) {
    return CompletableFuture.runAsync(action, task -> Thread.ofPlatform().start(task));
  }

  private static void awaitSize(LocalWorker worker, int size) {
    Awaitility.await().until(() -> worker.barriers().size() == size);
  }

  @Test
  void aMemberArrivesForItselfOnly() throws Exception {
    CompletableFuture<Void> first = inBackground(olive::barrier);
    awaitSize(olive, 2);
    for (int i = 1; i <= 5; i++) {
      arrive(olive, BarrierKind.PROGRAM, i);
    }
    awaitSize(olive, 4);
    assertThat(first).as("alice has not called it").isNotDone();
    alice.barrier();
    first.get(20, TimeUnit.SECONDS);
  }

  @Test
  void thousandsOfCancelledArrivalsLeaveOneNumber() {
    BarrierKind[] barriers = BarrierKind.values();
    for (int i = 0; i < 2_000; i++) {
      arrive(olive, barriers[i % barriers.length], i).cancel(true);
    }
    awaitSize(olive, 1);
    mallory.closeNow();
    Awaitility.await().until(() -> olive.present().size() == 2);
    awaitSize(olive, 0);
  }

  @Test
  void thousandsOfArrivalsThatWaitAreOneCallForEachBarrier() {
    BarrierKind[] barriers = BarrierKind.values();
    List<PendingCall<Long>> calls = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      calls.add(arrive(olive, barriers[i % barriers.length], i));
    }
    Awaitility.await()
        .until(() -> calls.stream().filter(each -> !each.isDone()).count() <= barriers.length);
    assertThat(olive.barriers().size()).isLessThanOrEqualTo(2 * barriers.length);
  }

  @Test
  void aMemberThatSaysThatItClosesHoldsUpNoOtherCloseAndBeginsNone() throws Exception {
    for (LocalWorker each : List.of(olive, alice)) {
      for (BarrierKind barrier : BarrierKind.values()) {
        arrive(each, barrier, Long.MAX_VALUE);
      }
    }
    awaitSize(olive, 2 * BarrierKind.values().length);
    assertThat(olive.isClosing() || alice.isClosing()).isFalse();
    CompletableFuture<Void> closing =
        CompletableFuture.allOf(inBackground(olive::close), inBackground(alice::close));
    Awaitility.await().until(() -> olive.isClosing() && alice.isClosing());
    mallory.closeNow();
    closing.get(20, TimeUnit.SECONDS);
  }
}
