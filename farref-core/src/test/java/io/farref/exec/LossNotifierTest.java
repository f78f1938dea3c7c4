package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RpcException.Execution;
import io.farref.WorkerLostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LossNotifierTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Map<String, WorkerLostException> losses = new HashMap<>();
  private final List<String> notified = new ArrayList<>();
  private final LossNotifier<String> notifier = new LossNotifier<>(tasks::add, losses::get);

  private void listen(String subject, Object subscriber, String name) {
    notifier.add(subject, subscriber, loss -> notified.add(name + ": " + loss.getMessage()));
  }

  private void lose(String subject) {
    losses.put(subject, new WorkerLostException(subject + " is lost", Execution.NOT_EXECUTED));
    notifier.lost(subject);
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void eachListenerOfALostSubjectIsNotifiedOnce() {
    listen("a", 1, "one");
    listen("a", 2, "two");
    listen("b", 1, "other");
    lose("a");
    notifier.lost("a");
    assertThat(notified).as("on threads of their own").isEmpty();
    run();

    assertThat(notified).containsExactly("one: a is lost", "two: a is lost");
  }

  @Test
  void aListenerThatComesAfterTheLossIsNotifiedNow() {
    lose("a");
    listen("a", 1, "late");
    notifier.lost("a");
    run();

    assertThat(notified).containsExactly("late: a is lost");
  }

  @Test
  void aRemovedSubscriberIsNotNotifiedAndOthersAre() {
    Object gone = new Object();
    listen("a", gone, "gone");
    listen("a", gone, "gone too");
    listen("a", "stays", "stays");
    notifier.remove("a", gone);
    notifier.remove("b", gone);
    lose("a");
    run();

    assertThat(notified).containsExactly("stays: a is lost");
  }

  @Test
  void aLossThatTheLookUpDoesNotReportNotifiesNoListener() {
    listen("a", 1, "one");
    notifier.lost("a");
    losses.put("a", new WorkerLostException("later", Execution.NOT_EXECUTED));
    notifier.lost("a");
    run();

    assertThat(notified).isEmpty();
  }

  @Test
  void aListenerThatThrowsDoesNotKeepOthersFromBeingNotified() {
    notifier.add(
        "a",
        1,
        _ -> {
          throw new UnsupportedOperationException("listener");
        });
    listen("a", 2, "two");
    lose("a");
    run();

    assertThat(notified).containsExactly("two: a is lost");
  }
}
