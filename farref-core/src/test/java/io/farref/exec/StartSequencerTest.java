package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.exec.StartSequencer.Ticket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StartSequencerTest {
  private final StartSequencer order = new StartSequencer();

  @Test
  void aPlaceBehindOneThatHasNotBegunIsNotFirst() {
    Ticket first = order.queue();
    Ticket second = order.queue();
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
    Ticket first = order.queue();
    Ticket second = order.queue();
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
    Ticket second = order.queue();
    second.begin(false); // returns, after a while
    second.end();
    assertThat(order.queue().isFirst()).isTrue();
  }
}
