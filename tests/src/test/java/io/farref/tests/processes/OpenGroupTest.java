package io.farref.tests.processes;

import static io.farref.tests.processes.Trio.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.UnknownPeerException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes that join and leave an open group, and a group that loses the host of its store. */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class OpenGroupTest {
  @TempDir private Path directory;
  private final List<Jvm> jvms = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (Jvm each : jvms) {
      each.close();
    }
  }

  private Jvm start(Map<String, String> environment) throws IOException {
    Jvm jvm = Jvm.start(environment);
    jvms.add(jvm);
    return jvm;
  }

  private static void assertGone(RRef<?> ref) {
    assertThatThrownBy(ref::toHere)
        .isInstanceOfSatisfying(
            WorkerLostException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED));
  }

  @Test
  void aWorkerThatLeftOrDiedCanJoinAgainUnderItsNameAsANewMember() throws Exception {
    String place = directory.toUri().toString();
    Map<String, String> group = Map.of("FARREF_NAME", "b", "FARREF_RENDEZVOUS", place);
    try (Worker a =
        Worker.builder().name("a").rendezvous(place).joinTimeout(Duration.ofSeconds(60)).join()) {
      assertThat(a.peers()).containsExactly(a.self());

      Jvm leaving = start(group);
      assertThat(leaving.result()).startsWith("JOINED b");
      eventually(() -> assertThat(a.peers()).hasSize(2));
      RRef<Long> ofLeaving = a.peer("b").remote(() -> ProcessHandle.current().pid());
      assertThat(ofLeaving.toHere()).isEqualTo(leaving.pid());
      leaving.leave();
      assertThat(leaving.awaitExit()).isZero();
      eventually(() -> assertThat(a.peers()).containsExactly(a.self()));
      assertGone(ofLeaving);
      assertThatThrownBy(() -> a.peer("b")).isInstanceOf(UnknownPeerException.class);

      Jvm dying = start(group);
      assertThat(dying.result()).startsWith("JOINED b");
      eventually(() -> assertThat(a.peers()).hasSize(2));
      Peer b = a.peer("b");
      RRef<Long> ofDying = b.remote(() -> ProcessHandle.current().pid());
      assertThat(ofDying.toHere()).isEqualTo(dying.pid());
      dying.kill();
      eventually(() -> assertThat(a.peers()).containsExactly(a.self()));
      assertGone(ofDying);
      assertThatThrownBy(() -> b.rpcSync(() -> 1)).isInstanceOf(WorkerLostException.class);

      Jvm last = start(group);
      assertThat(last.result()).startsWith("JOINED b");
      eventually(() -> assertThat(a.peers()).hasSize(2));
      try (RRef<Long> ofLast = a.peer("b").remote(() -> ProcessHandle.current().pid())) {
        assertThat(ofLast.toHere()).isEqualTo(last.pid());
      }
      assertGone(ofLeaving);
      assertGone(ofDying);
      last.leave();
      assertThat(last.awaitExit()).isZero();
      ofLeaving.close();
      ofDying.close();
    }
  }

  @Test
  void aGroupOfFixedSizeOutlivesTheWorkerThatHostedItsStore() throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    List<String> names = List.of("host", "b");
    for (String name : names) {
      start(
          Map.of(
              "FARREF_NAME",
              name,
              "FARREF_RANK",
              Integer.toString(names.indexOf(name)),
              "FARREF_WORLD_SIZE",
              "3",
              "FARREF_RENDEZVOUS",
              place));
    }
    try (Worker a =
        Worker.builder()
            .name("a")
            .rank(2)
            .worldSize(3)
            .rendezvous(place)
            .joinTimeout(Duration.ofSeconds(60))
            .join()) {
      Peer host = a.peer("host");
      host.runSync(() -> {});
      assertThat(jvms.getLast().result()).startsWith("JOINED b");
      jvms.getFirst().kill();
      eventually(
          () ->
              assertThatThrownBy(() -> host.runSync(() -> {}))
                  .isInstanceOf(WorkerLostException.class));
      Peer b = a.peer("b");
      assertThat((long) b.rpcSync(() -> ProcessHandle.current().pid()))
          .isEqualTo(jvms.getLast().pid());
      jvms.getLast().leave();
      long start = System.nanoTime();
      a.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      assertThat(jvms.getLast().awaitExit()).isZero();
      assertThat(jvms.getLast().said()).noneMatch(line -> line.contains("gracefully"));
    }
  }
}
