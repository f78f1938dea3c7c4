package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.ConnectionInfo;
import io.farref.Peer;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The transports between processes of one machine, and the cleanup after a killed one. */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class SameHostProcessesTest {
  private static Map<String, String> environment(String rendezvous, String sameHost) {
    return Map.of(
        "FARREF_RENDEZVOUS", rendezvous,
        "FARREF_WORLD_SIZE", "2",
        "FARREF_NAME", "b",
        "FARREF_RANK", "1",
        "FARREF_SAME_HOST", sameHost);
  }

  private static Worker joinAsA(String rendezvous, SameHost choice) {
    return Worker.builder()
        .name("a")
        .rank(0)
        .worldSize(2)
        .rendezvous(rendezvous)
        .sameHost(choice)
        .joinTimeout(Duration.ofSeconds(90))
        .join();
  }

  private static List<ConnectionInfo> connectionsThere() {
    return Worker.current().connections();
  }

  private static int callBack() {
    return Worker.current().peer("a").rpcSync(() -> 1);
  }

  private static String rendezvous() throws Exception {
    return "tcp://127.0.0.1:" + Ports.free();
  }

  @ParameterizedTest
  @EnumSource(
      value = SameHost.class,
      names = {"UNIX", "SHM"})
  void theChosenTransportIsUsedAndAKilledProcessIsNoticedAndItsFilesRemoved(SameHost choice)
      throws Exception {
    String scheme = choice.name().toLowerCase(Locale.ROOT);
    String place = rendezvous();
    Path left;
    try (Jvm jvmB = Jvm.start(environment(place, scheme));
        Worker a = joinAsA(place, choice)) {
      Peer b = a.peer("b");
      assertThat(b.rpcSync(SameHostProcessesTest::callBack)).isEqualTo(1);
      List<ConnectionInfo> both =
          b.<List<ConnectionInfo>, RuntimeException>rpcSync(
              SameHostProcessesTest::connectionsThere);
      assertThat(both)
          .hasSize(2)
          .allMatch(each -> each.transport().equals(scheme) && each.fallback().isEmpty());
      left = Path.of(a.connections().getFirst().remoteAddress());
      assertThat(left).exists();

      CompletableFuture<Integer> waiting = b.rpcAsync(Member::awaitNothing);
      b.runSync(() -> assertThat(Worker.current().stats().callsRunning()).isPositive());
      jvmB.kill();
      assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(WorkerLostException.class);
      a.closeNow();
    }
    assertThat(left).as("the file of the killed process").exists();
    Path lock = left.resolveSibling(left.getFileName() + ".lock");
    assertThat(lock).exists();

    try (Jvm next = Jvm.start(Map.of("FARREF_NAME", "next", "FARREF_SAME_HOST", scheme))) {
      assertThat(next.result()).isEqualTo("JOINED next 0");
      assertThat(left).doesNotExist();
      assertThat(lock).doesNotExist();
    }
  }

  @Test
  void aDialerThatFindsOnlyTcpUsesItAndReportsWhy() throws Exception {
    String place = rendezvous();
    try (Jvm jvmB = Jvm.start(environment(place, "tcp"));
        Worker a = joinAsA(place, SameHost.UNIX)) {
      assertThat(a.peer("b").rpcSync(SameHostProcessesTest::callBack)).isEqualTo(1);
      ConnectionInfo dialed = a.connections().getFirst();
      assertThat(dialed.transport()).isEqualTo("tcp");
      assertThat(dialed.fallback().orElseThrow()).startsWith("unix: nobody listens on /");
      assertThat(a.connections().getLast().fallback())
          .as("b does not even try")
          .isEqualTo(Optional.empty());
      jvmB.leave();
    }
  }
}
