package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.Worker;
import io.farref.WorkerStats;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two workers, a and b, in this JVM; after each test their tables must be empty. */
@ExtendWith(NoLeaks.class)
abstract class TwoWorkers {
  LocalGroup group;
  Worker a;
  Worker b;

  /** The peer b of worker a. */
  Peer toB;

  @BeforeEach
  void join() {
    group = start();
    a = group.worker("a");
    b = group.worker("b");
    toB = a.peer("b");
  }

  LocalGroup start() {
    return LocalGroup.of("a", "b");
  }

  @AfterEach
  void leaveWithEmptyTables() {
    try {
      group.workers().forEach(TwoWorkers::assertQuiet);
    } finally {
      group.closeNow();
    }
  }

  /** Waits until the worker has no call under way, owns no value and holds none. */
  static void assertQuiet(Worker worker) {
    Awaitility.await("tables of " + worker.name() + " empty")
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(
            () -> {
              WorkerStats now = worker.stats();
              assertThat(now.callsPending()).as("callsPending").isZero();
              assertThat(now.callsRunning()).as("callsRunning").isZero();
              assertThat(now.valuesOwned()).as("valuesOwned").isZero();
              assertThat(now.referencesHeld()).as("referencesHeld").isZero();
            });
  }

  /** Waits until an assertion holds, as long as a test may take. */
  static void eventually(org.awaitility.core.ThrowingRunnable holds) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(holds);
  }
}
