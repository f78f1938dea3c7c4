package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WindowTest {
  @Test
  void neverHasMoreInFlightThanItsLimit() throws Exception {
    Window window = new Window(10);
    AtomicInteger inFlight = new AtomicInteger();
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int weight = 1 + i % 7;
      window.send(
          weight,
          () -> {
            seen.add(inFlight.addAndGet(weight));
            return CompletableFuture.runAsync(() -> inFlight.addAndGet(-weight));
          });
    }
    window.await();
    assertThat(seen).hasSize(500).allMatch(n -> n <= 10);
    assertThat(inFlight).hasValue(0);
  }

  @Test
  void whatIsLargerThanTheWindowGoesAlone() throws Exception {
    Window window = new Window(10);
    CompletableFuture<Void> small = new CompletableFuture<>();
    window.send(9, () -> small);
    CompletableFuture<Boolean> smallWasDone = new CompletableFuture<>();
    Thread sender =
        Thread.startVirtualThread(
            () -> {
              try {
                window.send(
                    1_000,
                    () -> {
                      smallWasDone.complete(small.isDone());
                      return CompletableFuture.completedFuture(null);
                    });
              } catch (InterruptedException e) {
                smallWasDone.completeExceptionally(e);
              }
            });
    await().until(() -> sender.getState() == Thread.State.WAITING);
    small.complete(null);
    assertThat(smallWasDone.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void failureOfACallComesOutOfAwaitAndOfTheNextSend() throws Exception {
    Window window = new Window(10);
    Exception cause = new Exception("shard full");
    window.send(1, () -> CompletableFuture.failedFuture(cause));
    assertThatExceptionOfType(CompletionException.class).isThrownBy(window::await).withCause(cause);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> window.send(1, () -> CompletableFuture.completedFuture(null)))
        .withCause(cause);
  }
}
