package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.farref.Worker;
import io.farref.WorkerStats;
import io.farref.testkit.LocalGroup;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for states of a group as a whole. */
final class Groups {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(5);

  private Groups() {}

  /** Waits until a condition holds. */
  static void eventually(String what, Callable<Boolean> condition) {
    await(what).atMost(TIMEOUT).pollDelay(Duration.ZERO).pollInterval(POLL).until(condition);
  }

  /** Waits until a condition holds that needs the garbage collector. */
  static void eventuallyWithGc(String what, Callable<Boolean> condition) {
    eventually(
        what,
        () -> {
          if (condition.call()) {
            return true;
          }
          System.gc();
          return false;
        });
  }

  /** Waits until no call is under way and no worker holds a value. */
  static void awaitEmpty(LocalGroup group) {
    eventuallyWithGc(
        "all tables are empty: " + group.workers().stream().map(Groups::describe).toList(),
        () -> group.workers().stream().allMatch(worker -> isEmpty(worker.stats())));
  }

  /** Waits until no worker holds a value, and closes. */
  static void closeEmpty(LocalGroup group) {
    try {
      awaitEmpty(group);
    } finally {
      group.close();
    }
    assertThat(group.workers()).allMatch(worker -> isEmpty(worker.stats()));
  }

  private static boolean isEmpty(WorkerStats stats) {
    return stats.callsPending() == 0
        && stats.callsRunning() == 0
        && stats.valuesOwned() == 0
        && stats.referencesHeld() == 0;
  }

  private static String describe(Worker worker) {
    return worker.name() + " " + worker.stats() + " " + worker.ownedValues();
  }
}
