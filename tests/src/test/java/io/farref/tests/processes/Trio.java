package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.Worker;
import io.farref.tests.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** A group of three processes: a, which is this one and hosts the store, b and c. */
final class Trio implements AutoCloseable {
  final Worker a;
  final Jvm jvmB;
  final Jvm jvmC;
  final Peer b;
  final Peer c;

  /** The port on which b listens. */
  final int portOfB;

  Trio() throws IOException, InterruptedException {
    String rendezvous = "tcp://127.0.0.1:" + Ports.free();
    portOfB = Ports.free();
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

  /** Waits until an assertion holds, for at most the time that any test may need. */
  static void eventually(ThrowingRunnable holds) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(holds);
  }

  /**
   * Asserts that no call, value or reference is left on any remaining worker. All of them collect
   * garbage, because a worker that holds a copy of a reference keeps a value of another alive.
   */
  void assertQuiet() {
    eventually(
        () -> {
          String left = "";
          for (Peer each : a.peers()) {
            left += each.<String, RuntimeException>rpcSync(Member::leftovers);
          }
          assertThat(left).isEmpty();
        });
  }

  /** Closes a, and at the same time those of b and c that still run, as programs do. */
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
