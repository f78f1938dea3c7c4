package io.farref.tests.processes;

import static io.farref.tests.processes.Trio.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.WorkerLostException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stopped process: it exists, its sockets are open, and it is silent. */
class StoppedTest {
  private static final Duration SILENCE = Duration.ofSeconds(2);

  @TempDir private Path directory;
  private final List<Jvm> jvms = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (Jvm each : jvms) {
      each.close();
    }
  }

  private Jvm startB(SameHost sameHost) throws IOException {
    Jvm jvm =
        Jvm.start(
            Map.of(
                "FARREF_NAME", "b",
                "FARREF_RENDEZVOUS", directory.toUri().toString(),
                "FARREF_SESSION_TIMEOUT", Long.toString(SILENCE.toSeconds()),
                "FARREF_SAME_HOST", sameHost.name()));
    jvms.add(jvm);
    return jvm;
  }

  @ParameterizedTest
  @EnumSource(names = {"TCP", "UNIX"})
  void aStoppedProcessIsLostInTimeClosesWhenContinuedAndIsReplaced(SameHost sameHost)
      throws Exception {
    try (Worker a =
        Worker.builder()
            .name("a")
            .rendezvous(directory.toUri().toString())
            .sessionTimeout(SILENCE)
            .sameHost(sameHost)
            .joinTimeout(Duration.ofSeconds(60))
            .join()) {
      Jvm first = startB(sameHost);
      assertThat(first.result()).startsWith("JOINED b");
      eventually(() -> assertThat(a.peers()).hasSize(2));
      Peer b = a.peer("b");
      RRef<Long> ofFirst = b.remote(() -> ProcessHandle.current().pid());
      assertThat(ofFirst.toHere()).isEqualTo(first.pid());
      try (RRef<StringBuilder> mine = a.rref(new StringBuilder("mine"))) {
        b.runSync(() -> Member.kept = mine);
      }
      CompletableFuture<WorkerLostException> lost = new CompletableFuture<>();
      b.onLost(lost::complete);

      long stopped = System.nanoTime();
      first.signal("STOP");
      CompletableFuture<Integer> pending = b.rpcAsync(() -> 1);
      assertThat(lost.get(30, TimeUnit.SECONDS)).hasMessageContaining("silent for 2 s");
      assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(SILENCE.multipliedBy(4));
      assertThatThrownBy(() -> pending.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              WorkerLostException.class,
              e -> assertThat(e.execution()).isNotEqualTo(Execution.EXECUTED));
      assertThatThrownBy(ofFirst::toHere).isInstanceOf(WorkerLostException.class);
      eventually(() -> assertThat(a.ownedValues()).isEmpty()); // only b held it
      CompletableFuture<WorkerLostException> late = new CompletableFuture<>();
      b.onLost(late::complete);
      assertThat(late.get(10, TimeUnit.SECONDS)).hasMessageContaining("worker b is lost");

      Jvm second = startB(sameHost);
      assertThat(second.result()).startsWith("JOINED b");
      eventually(() -> assertThat(a.peers()).hasSize(2));
      Peer again = a.peer("b");
      assertThat((long) again.rpcSync(() -> ProcessHandle.current().pid())).isEqualTo(second.pid());

      first.signal("CONT");
      eventually(
          () -> assertThat(first.said()).anyMatch(line -> line.contains("worker b closes: ")));
      first.leave();
      assertThat(first.awaitExit()).isZero();
      assertThat((int) again.rpcSync(() -> 2)).isEqualTo(2);
      assertThatThrownBy(ofFirst::toHere).isInstanceOf(WorkerLostException.class);
      second.leave();
      assertThat(second.awaitExit()).isZero();
      ofFirst.close();
    }
  }
}
