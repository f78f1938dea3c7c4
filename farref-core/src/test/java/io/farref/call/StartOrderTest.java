package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.StartOrder.Place;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StartOrderTest {
  private final StartOrder order = new StartOrder();

  @Test
  void aPlaceBehindOneThatHasNotBegunIsNotFirst() {
    Place first = order.queue();
    Place second = order.queue();
    assertThat(first.isFirst()).isTrue();
    assertThat(second.isFirst()).isFalse();
    first.begin(false);
    first.end();
    assertThat(second.isFirst()).isTrue();
    second.begin(false);
    second.end();
    assertThat(order.queue().isFirst()).isTrue();
  }

  @Test
  void aPlaceWaitsForThePlaceAhead() throws Exception {
    Place first = order.queue();
    Place second = order.queue();
    Queue<String> begun = new ConcurrentLinkedQueue<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  second.begin(false);
                  begun.add("second");
                });
    Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    begun.add("first");
    first.begin(false);
    first.end();
    waiting.join();
    assertThat(begun).containsExactly("first", "second");
  }

  @Test
  void aPlaceStopsWaitingForAPlaceAheadThatNeverBegins() throws Exception {
    order.queue();
    Place second = order.queue();
    second.begin(false); // returns, after a while
    second.end();
    assertThat(order.queue().isFirst()).isTrue();
  }
}
