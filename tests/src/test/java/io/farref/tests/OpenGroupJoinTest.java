package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.JoinException;
import io.farref.Peer;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.spi.Transport;
import io.farref.testkit.NoLeaks;
import io.farref.testkit.TcpFaultNetwork;
import io.farref.testkit.TcpFaultProxy;
import io.farref.testkit.TcpFaultProxy.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a join of an open group returns, every member knows the newcomer. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class OpenGroupJoinTest {
  @TempDir private Path directory;
  private final int port = Ports.free();
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  private final TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    net.close();
  }

  private String tcp() {
    return "tcp://127.0.0.1:" + port;
  }

  private Worker.Builder worker(String name, String rendezvous) {
    return Worker.builder()
        .name(name)
        .rendezvous(rendezvous)
        .joinTimeout(Duration.ofSeconds(60))
        .sameHost(SameHost.TCP);
  }

  private Worker join(Worker.Builder builder) {
    Worker joined = builder.join();
    open.add(joined::closeNow);
    return joined;
  }

  private CompletableFuture<Worker> joining(Worker.Builder builder) {
    return CompletableFuture.supplyAsync(
        () -> join(builder), task -> Thread.ofPlatform().start(task));
  }

  /** A member that learns of others through a proxy, which the test holds up. */
  private TcpFaultProxy beforeTheStore() throws Exception {
    TcpFaultProxy proxy = TcpFaultProxy.before("127.0.0.1:" + port);
    open.add(proxy);
    return proxy;
  }

  private static void assertStillWaits(CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void aJoinWaitsForAMemberThatLearnsOfItLate() throws Exception {
    Worker a = join(worker("a", tcp()));
    TcpFaultProxy late = beforeTheStore();
    Worker b = join(worker("b", "tcp://" + late.address()));
    late.hold(Direction.TO_DIALER);
    CompletableFuture<Worker> joining = joining(worker("c", tcp()));
    TwoWorkers.eventually(() -> assertThat(a.peers()).hasSize(3));
    assertStillWaits(joining);
    assertThat(b.peers()).hasSize(2);
    late.release();
    Worker c = joining.get(20, TimeUnit.SECONDS);
    assertThat(b.peer("c").<String, RuntimeException>rpcSync(() -> Worker.current().name()))
        .isEqualTo("c");
    assertThat(c.peers()).extracting(Peer::name).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "file", "mem"})
  void everyMemberFindsANewcomerRightAfterItsJoin(String store) {
    String place =
        switch (store) {
          case "tcp" -> tcp();
          case "file" -> directory.toUri().toString();
          default -> "mem://" + UUID.randomUUID();
        };
    List<Worker> members = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      members.add(join(worker(name, place)));
    }
    for (int i = 0; i < 30; i++) {
      String name = "n" + i;
      try (Worker newcomer = join(worker(name, place))) {
        for (Worker each : members) {
          assertThat(each.peer(name).rank()).isEqualTo(newcomer.rank());
          assertThat(newcomer.peer(each.name()).rank()).isEqualTo(each.rank());
        }
      }
    }
  }

  @Test
  void workersThatJoinAtOnceKnowAllThatHaveJoinedBefore() throws Exception {
    List<Worker> joined = new CopyOnWriteArrayList<>();
    join(worker("host", tcp()));
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "w" + i;
      all.add(
          joining(worker(name, tcp()))
              .thenAccept(
                  newcomer -> {
                    for (Worker each : joined) {
                      each.peer(name);
                    }
                    joined.add(newcomer);
                  }));
    }
    for (CompletableFuture<Void> each : all) {
      each.get(60, TimeUnit.SECONDS);
    }
    for (Worker each : joined) {
      assertThat(each.peers()).hasSize(7);
    }
  }

  @Test
  void everyMemberFindsANewcomerWhileOthersComeAndGo() throws Exception {
    List<Worker> members = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      members.add(join(worker(name, tcp())));
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = "w" + i;
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 10; round++) {
                  try (Worker newcomer = worker(name, tcp()).join()) {
                    for (Worker each : members) {
                      assertThat(each.peer(name).rank()).isEqualTo(newcomer.rank());
                    }
                  }
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    for (CompletableFuture<Void> each : all) {
      each.get(100, TimeUnit.SECONDS);
    }
  }

  @Test
  void aMemberThatLeavesMeanwhileIsNotAwaited() throws Exception {
    join(worker("a", tcp()));
    TcpFaultProxy late = beforeTheStore();
    Worker b = join(worker("b", "tcp://" + late.address()));
    late.hold(Direction.TO_DIALER);
    CompletableFuture<Worker> joining = joining(worker("c", tcp()));
    assertStillWaits(joining);
    CompletableFuture<Void> leaving =
        CompletableFuture.runAsync(b::closeNow, task -> Thread.ofPlatform().start(task));
    assertThat(joining.get(30, TimeUnit.SECONDS).peers())
        .extracting(Peer::name)
        .containsExactly("a", "c");
    late.release();
    leaving.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aMemberThatDoesNotAnswerIsAwaitedUntilItIsDeclaredDead() throws Exception {
    join(silentAfterASecond("a", tcp()));
    TcpFaultProxy late = beforeTheStore();
    join(silentAfterASecond("b", "tcp://" + late.address()));
    late.hold();
    net.around("b").forEach(TcpFaultProxy::hold);
    net.way("c", "b").hold();
    Worker c = joining(silentAfterASecond("c", tcp())).get(30, TimeUnit.SECONDS);
    assertThat(c.peers()).extracting(Peer::name).containsExactly("a", "c");
  }

  private Worker.Builder silentAfterASecond(String name, String rendezvous) {
    Transport transport = net.at(name);
    return worker(name, rendezvous).transport(transport).sessionTimeout(Duration.ofSeconds(1));
  }

  @Test
  void aJoinThatRunsOutOfTimeNamesTheMembersThatDoNotKnowItAndLeavesNothing() throws Exception {
    Worker a = join(worker("a", tcp()));
    TcpFaultProxy late = beforeTheStore();
    Worker b = join(worker("b", "tcp://" + late.address()));
    late.hold(Direction.TO_DIALER);
    assertThatThrownBy(() -> worker("c", tcp()).joinTimeout(Duration.ofMillis(400)).join())
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("worker c is in the group, but not every member knows it")
        .hasMessageContaining("[b (rank 1, ");
    TwoWorkers.eventually(() -> assertThat(a.peers()).hasSize(2));
    late.release();
    assertThat(join(worker("c", tcp())).peers()).hasSize(3);
    assertThat(b.peers()).hasSize(3);
  }

  @Test
  void anInterruptedJoinLeavesAgain() throws Exception {
    Worker a = join(worker("a", tcp()));
    TcpFaultProxy late = beforeTheStore();
    join(worker("b", "tcp://" + late.address()));
    late.hold(Direction.TO_DIALER);
    CompletableFuture<Worker> joined = new CompletableFuture<>();
    Thread joiner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    joined.complete(worker("c", tcp()).join());
                  } catch (Throwable e) {
                    joined.completeExceptionally(
                        Thread.currentThread().isInterrupted() ? e : new AssertionError(e));
                  }
                });
    TwoWorkers.eventually(() -> assertThat(a.peers()).hasSize(3));
    joiner.interrupt();
    assertThatThrownBy(() -> joined.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(JoinException.class)
        .hasMessageContaining("interrupted");
    TwoWorkers.eventually(() -> assertThat(a.peers()).hasSize(2));
    late.release();
  }

  @Test
  void aMemberThatKnowsTheNewcomerIsEnoughIfTheStoreIsLostMeanwhile() throws Exception {
    Worker host = join(worker("host", tcp() + "?host=true"));
    TcpFaultProxy late = beforeTheStore();
    Worker b = join(worker("b", "tcp://" + late.address()));
    late.hold(Direction.TO_DIALER);
    CompletableFuture<Worker> joining = joining(worker("c", tcp()));
    TwoWorkers.eventually(() -> assertThat(host.peers()).hasSize(3));
    assertStillWaits(joining);
    CompletableFuture<Void> leaving =
        CompletableFuture.runAsync(host::closeNow, task -> Thread.ofPlatform().start(task));
    late.release(); // what the store had said before its host left
    Worker c = joining.get(30, TimeUnit.SECONDS);
    leaving.get(30, TimeUnit.SECONDS);
    assertThat(b.peer("c").<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
    assertThat(c.peer("b").<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void aPeerPassedOnBeforeAllKnowItIsAwaited() throws Exception {
    Worker a = join(worker("a", tcp()));
    TcpFaultProxy late = beforeTheStore();
    join(worker("b", "tcp://" + late.address()));
    late.hold(Direction.TO_DIALER);
    CompletableFuture<Worker> joining = joining(worker("c", tcp()));
    TwoWorkers.eventually(() -> assertThat(a.peers()).hasSize(3));
    Peer c = a.peer("c");
    CompletableFuture<String> name = a.peer("b").rpcAsync(() -> c.name());
    assertStillWaits(name);
    late.release();
    assertThat(name.get(20, TimeUnit.SECONDS)).isEqualTo("c");
    joining.get(20, TimeUnit.SECONDS);
  }
}
