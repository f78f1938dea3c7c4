package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.farref.ConnectionInfo;
import io.farref.RefusedException;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.observe.ProcessIdentity;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.shm.ShmTransport;
import io.farref.transport.unix.LocalAddress;
import io.farref.transport.unix.UnixTransport;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.Handshake;
import io.farref.wire.PeerAuthentication;
import io.farref.wire.ReceiveLimits;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two workers of one machine: which transport connects them, and why. */
@ExtendWith(NoLeaks.class)
class SameHostTest {
  private String addressOfB = "";
  private @Nullable LocalGroup group;

  @BeforeEach
  void chooseAPort() throws IOException {
    addressOfB = "127.0.0.1:" + Ports.free();
  }

  @AfterEach
  void close() {
    if (group != null) {
      group.close();
    }
  }

  private LocalGroup start(SameHost choiceOfA, SameHost choiceOfB) {
    LocalGroup started =
        start(
            a -> a.sameHost(choiceOfA), //
            b -> b.sameHost(choiceOfB).listen(addressOfB));
    group = started;
    return started;
  }

  /** Two workers, each configured in its own way. */
  private static LocalGroup start(Consumer<Worker.Builder> a, Consumer<Worker.Builder> b) {
    Iterator<Consumer<Worker.Builder>> configurations = List.of(a, b).iterator();
    return LocalGroup.builder()
        .sockets()
        .configure(worker -> configurations.next().accept(worker))
        .start("a", "b");
  }

  /** Calls both ways, so that each worker dials the other. */
  private static void callBothWays(LocalGroup group) {
    assertThat(group.worker("a").peer("b").rpcSync(() -> 1)).isEqualTo(1);
    assertThat(group.worker("b").peer("a").rpcSync(() -> 2)).isEqualTo(2);
  }

  private static ConnectionInfo dialed(Worker worker) {
    return worker.connections().getFirst();
  }

  private Path besideB() throws IOException {
    return Path.of(LocalAddress.beside(addressOfB, "unix"));
  }

  @ParameterizedTest
  @CsvSource({"UNIX, unix", "SHM, shm"})
  void workersConnectByTheTransportTheyChoose(SameHost choice, String scheme) throws IOException {
    LocalGroup group = start(choice, choice);
    callBothWays(group);

    assertThat(group.worker("a").connections())
        .extracting(ConnectionInfo::peer, ConnectionInfo::dialed)
        .containsExactly(tuple("b", true), tuple("b", false));
    for (Worker each : group.workers()) {
      assertThat(each.connections())
          .allSatisfy(
              connection -> {
                assertThat(connection.transport()).isEqualTo(scheme);
                assertThat(connection.fallback()).isEmpty();
              });
    }
    assertThat(dialed(group.worker("a")).remoteAddress())
        .isEqualTo(LocalAddress.beside(addressOfB, scheme));
  }

  @Test
  void theFastestTransportIsChosenByDefault() {
    LocalGroup group = start(SameHost.AUTO, SameHost.AUTO);
    callBothWays(group);
    String fastest = ShmTransport.unavailable() == null ? "shm" : "unix";
    assertThat(dialed(group.worker("a")).transport()).isEqualTo(fastest);
  }

  @Test
  void aWorkerWithoutSharedMemoryUsesTheNextBestTransport() {
    LocalGroup group = start(SameHost.AUTO, SameHost.UNIX);
    callBothWays(group);
    assertThat(dialed(group.worker("a")).transport()).isEqualTo("unix");
    assertThat(dialed(group.worker("a")).fallback().orElseThrow()).startsWith("shm: ");
  }

  @Test
  void workersThatChooseTcpConnectByTcp() throws IOException {
    LocalGroup group = start(SameHost.TCP, SameHost.TCP);
    callBothWays(group);
    assertThat(group.worker("a").connections())
        .contains(new ConnectionInfo("b", true, "tcp", addressOfB, Optional.empty()));
    assertThat(besideB()).doesNotExist();
  }

  @Test
  void theReasonIsVisibleWhenThePeerListensOnTcpOnly() {
    LocalGroup group = start(SameHost.UNIX, SameHost.TCP);
    callBothWays(group);
    assertThat(dialed(group.worker("a")))
        .satisfies(
            connection -> {
              assertThat(connection.transport()).isEqualTo("tcp");
              assertThat(connection.fallback().orElseThrow())
                  .startsWith("unix: nobody listens on " + besideB());
            });
    assertThat(dialed(group.worker("b")).fallback()).isEmpty();
  }

  @Test
  void theReasonIsVisibleWhenThisWorkerCanListenOnTcpOnly() throws IOException {
    Transport.Listener squatter = new UnixTransport().listen(besideB().toString());
    LocalGroup group;
    try (squatter) {
      group = start(SameHost.TCP, SameHost.UNIX);
    }
    assertThat(group.worker("a").peer("b").rpcSync(() -> 1)).isEqualTo(1);

    assertThat(group.worker("b").connections())
        .singleElement()
        .satisfies(
            connection -> {
              assertThat(connection.dialed()).isFalse();
              assertThat(connection.transport()).isEqualTo("tcp");
              assertThat(connection.fallback().orElseThrow())
                  .isEqualTo("unix: another listener already uses " + besideB());
            });
  }

  @Test
  void aForeignListenerBesideTheAddressIsSkipped() throws Exception {
    try (Transport.Listener stranger = new UnixTransport().listen(besideB().toString())) {
      Thread answering = answer(stranger);
      LocalGroup group = start(SameHost.UNIX, SameHost.UNIX);
      assertThat(group.worker("a").peer("b").rpcSync(() -> 1)).isEqualTo(1);
      assertThat(dialed(group.worker("a")).transport()).isEqualTo("tcp");
      assertThat(dialed(group.worker("a")).fallback().orElseThrow())
          .contains("unix: ", "belongs to another group");
      answering.join();
    }
  }

  /** Accepts one handshake, as a worker of another group. */
  private static Thread answer(Transport.Listener stranger) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try (Link link = stranger.accept()) {
                Handshake.accept(
                    link,
                    "another",
                    1,
                    Optional.empty(),
                    PeerAuthentication.NONE,
                    _ ->
                        new Welcome(
                            0,
                            new ConnectionSettings(
                                0, ProcessIdentity.UNKNOWN, ReceiveLimits.UNKNOWN)),
                    TimeUnit.SECONDS.toNanos(30));
              } catch (IOException | RuntimeException e) {
                // Expected: the group is not the dialer's.
              }
            });
  }

  @Test
  void theSecretIsCheckedOnEveryTransport() {
    LocalGroup started =
        start(
            a -> a.sameHost(SameHost.UNIX), //
            b -> b.sameHost(SameHost.UNIX).secret("b knows it"));
    try {
      assertThatThrownBy(() -> started.worker("a").peer("b").rpcSync(() -> 1))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("secret");
    } finally {
      started.closeNow();
    }
  }

  @Test
  void noFilesAreLeftBehind() throws IOException {
    start(SameHost.UNIX, SameHost.UNIX).closeNow();
    Path file = besideB();
    assertThat(file).doesNotExist();
    assertThat(file.resolveSibling(file.getFileName() + ".lock")).doesNotExist();
  }
}
