package io.farref.tests.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.JoinException;
import io.farref.RefusedException;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rendezvous at tcp:// is protected by TLS and the secret as members are from each other. */
@ExtendWith(NoLeaks.class)
class TlsStoreTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(1500);

  private final Certificates certificates = new Certificates();
  private final int port = Ports.free();
  private final List<Worker> workers = new ArrayList<>();

  @AfterEach
  void leave() {
    workers.forEach(Worker::closeNow);
  }

  /** A worker of a group of any size; a null is no TLS or no secret. */
  private Worker join(String name, int at, Tls tls, String secret, Duration timeout) {
    Worker.Builder builder =
        Worker.builder()
            .name(name)
            .rendezvous("tcp://127.0.0.1:" + at)
            .joinTimeout(timeout)
            .allow("io.farref.tests");
    if (tls != null) {
      builder.tls(tls);
    }
    if (secret != null) {
      builder.secret(secret);
    }
    Worker worker = builder.join();
    workers.add(worker);
    return worker;
  }

  private Worker join(String name, Tls tls) {
    return join(name, port, tls, null, LONG);
  }

  @Test
  void workersWithCertificatesOfOneAuthorityMeet() {
    join("host", certificates.tls("host"));
    Worker user = join("user", certificates.tls("user"));
    assertThat(user.peer("host").rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void aSecretAndTlsGoTogether() {
    join("host", port, certificates.tls("host"), "the secret", LONG);
    Worker user = join("user", port, certificates.tls("user"), "the secret", LONG);
    assertThat(user.peer("host").rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void whatPassesIsEncrypted() throws Exception {
    join("a-recognisable-host", certificates.tls("a-recognisable-host"));
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> relay(proxy, wire));
      Tls own = certificates.tls("a-recognisable-user");
      join("a-recognisable-user", proxy.getLocalPort(), own, null, LONG);
    }
    synchronized (wire) {
      assertThat(wire.size()).isPositive();
      assertThat(wire.toString(UTF_8)).doesNotContain("a-recognisable", "FRRF", "worker/");
    }
  }

  private void relay(ServerSocket proxy, ByteArrayOutputStream wire) {
    try {
      Socket user = proxy.accept();
      Socket host = new Socket(InetAddress.getLoopbackAddress(), port);
      Thread.startVirtualThread(() -> copy(host, user, wire));
      copy(user, host, wire);
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void copy(Socket from, Socket to, ByteArrayOutputStream wire) {
    byte[] buffer = new byte[4096];
    try (from;
        to) {
      for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
        synchronized (wire) {
          wire.write(buffer, 0, n);
        }
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The other direction ended first.
    }
  }

  @Test
  void aWorkerOfAnotherAuthorityIsRefusedAtOnce() {
    Worker host = join("host", certificates.tls("host"));
    assertThatThrownBy(() -> join("user", new Certificates().tls("user")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the store at tcp://127.0.0.1:" + port + " cannot be used")
        .hasMessageContaining("path")
        .hasMessageContaining("with certificates that all of them trust");
    assertThat(host.self().rpcSync(() -> 2)).isEqualTo(2);
  }

  @Test
  void aWorkerWithoutTlsIsRefusedByAHostThatHasIt() {
    join("host", certificates.tls("host"));
    assertThatThrownBy(() -> join("user", null))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("one side speaks TLS, the other does not: both must");
  }

  @Test
  void aWorkerWithTlsIsNotServedByAHostThatHasNone() {
    join("host", null);
    assertThatThrownBy(() -> join("user", certificates.tls("user")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("Either all workers of a group use TLS");
  }

  @Test
  void aWorkerWithTheWrongSecretIsRefusedAlsoWithACertificate() {
    join("host", port, certificates.tls("host"), "right", LONG);
    assertThatThrownBy(() -> join("user", port, certificates.tls("user"), "wrong", LONG))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("wrong secret");
  }

  @Test
  void theHostsMessageSaysThatOthersHadNoTls() throws Exception {
    CompletableFuture<Worker> host = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                host.complete(
                    Worker.builder()
                        .rank(0)
                        .worldSize(2)
                        .rendezvous("tcp://127.0.0.1:" + port)
                        .joinTimeout(SHORT)
                        .tls(certificates.tls("worker-0"))
                        .join());
              } catch (RuntimeException e) {
                host.completeExceptionally(e);
              }
            });
    assertThatThrownBy(
            () ->
                Worker.builder()
                    .rank(1)
                    .worldSize(2)
                    .rendezvous("tcp://127.0.0.1:" + port)
                    .joinTimeout(LONG)
                    .join())
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> host.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("nothing from rank 1")
        .hasMessageContaining("the store: TLS with 127.0.0.1:");
  }

  @Test
  void strangersThatSayNothingOrRubbishKeepNobodyOut() throws Exception {
    join("host", certificates.tls("host"));
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port);
        strangers.add(stranger);
        if (i % 2 == 0) {
          stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
        }
      }
      Worker user = join("user", certificates.tls("user"));
      assertThat(user.peer("host").rpcSync(() -> 1)).isEqualTo(1);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void withTlsAWorkerHostsTheStoreForOtherMachinesWithoutASecret() {
    Worker host =
        Worker.builder()
            .name("host")
            .rendezvous("tcp://0.0.0.0:" + port + "?host=true")
            .joinTimeout(LONG)
            .tls(certificates.tls("host"))
            .join();
    workers.add(host);
    Worker user = join("user", certificates.tls("user"));
    assertThat(user.peer("host").rpcSync(() -> 1)).isEqualTo(1);
  }
}
