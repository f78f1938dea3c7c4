package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** A group of three processes: a, which is this one and where the group meets, b and c. */
final class Trio implements AutoCloseable {
  final Worker a;
  final Jvm jvmB;
  final Jvm jvmC;
  final Peer b;
  final Peer c;

  /** The port on which b listens. */
  final int portOfB;

  Trio() throws IOException, InterruptedException {
    String rendezvous = "tcp://127.0.0.1:" + Jvm.freePort();
    portOfB = Jvm.freePort();
    Map<String, String> group =
        Map.of("FARREF_RENDEZVOUS", rendezvous, "FARREF_WORLD_SIZE", "3", "FARREF_SECRET", "tea");
    jvmB =
        Jvm.start(
            with(
                group,
                Map.of(
                    "FARREF_NAME", "b",
                    "FARREF_RANK", "1",
                    "FARREF_ADVERTISE", "127.0.0.1:" + portOfB)));
    jvmC = Jvm.start(with(group, Map.of("FARREF_NAME", "c", "FARREF_RANK", "2")));
    try {
      a =
          Worker.builder()
              .name("a")
              .rank(0)
              .worldSize(3)
              .rendezvous(rendezvous)
              .secret("tea")
              .joinTimeout(Duration.ofSeconds(90))
              .join();
    } catch (RuntimeException e) {
      e.addSuppressed(new AssertionError("b: " + jvmB.said() + ", c: " + jvmC.said()));
      jvmB.close();
      jvmC.close();
      throw e;
    }
    b = a.peer("b");
    c = a.peer("c");
    assertThat(jvmB.result()).isEqualTo("JOINED b 1");
    assertThat(jvmC.result()).isEqualTo("JOINED c 2");
  }

  static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new java.util.HashMap<>(some);
    all.putAll(more);
    return all;
  }

  /** Waits until something holds, for as long as any test may take. */
  static void eventually(ThrowingRunnable holds) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(holds);
  }

  /** Nothing is under way here, nothing lives here and nothing is held here. */
  static void assertQuiet(Worker worker) {
    eventually(
        () -> {
          var now = worker.stats();
          assertThat(
                  List.of(
                      now.callsPending(),
                      now.callsRunning(),
                      now.valuesOwned(),
                      now.referencesHeld()))
              .as("calls pending, calls running, values owned, references held on %s", worker)
              .containsOnly(0L);
        });
  }

  /** As {@link #assertQuiet(Worker)}, there. */
  static void assertQuiet(Peer peer) {
    eventually(() -> assertThat((long) peer.rpcSync(Member::leftovers)).as("on %s", peer).isZero());
  }

  /** Leaves as a program does, b and c at the same time, whoever of them is still there. */
  void leave() throws IOException, InterruptedException {
    jvmB.leave();
    jvmC.leave();
    a.close();
  }

  @Override
  public void close() throws InterruptedException {
    a.closeNow();
    jvmB.close();
    jvmC.close();
  }
}
