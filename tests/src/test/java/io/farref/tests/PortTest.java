package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Limits;
import io.farref.Peer;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.transport.InProcessTransport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Connections to the port of a worker from outside its group. */
class PortTest extends StartedGroups {
  @Test
  void aWorkerListensOnLoopbackByDefault() {
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    start(LocalGroup.builder().transport(spy));
    assertThat(spy.addresses).hasSize(2).allMatch(each -> each.startsWith("127.0.0.1:"));
  }

  @Test
  void listeningBeyondLoopbackWithoutASecretIsRefusedInOneSentence() {
    for (String address : List.of("0.0.0.0:0", "[::]:0")) {
      assertThatThrownBy(() -> Worker.builder().name("x").listen(address).join().closeNow())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("secret", "FARREF_SECRET", "127.0.0.1");
    }
    Worker guarded = Worker.builder().name("x").listen("0.0.0.0:0").secret("s").join();
    assertThat(guarded.self().rpcSync(() -> 1)).isEqualTo(1);
    guarded.closeNow();
  }

  @Test
  void workersWithDifferentSecretsAreRejected() {
    LocalGroup group = start((rank, worker) -> worker.secret(rank == 0 ? "one" : "other"));
    assertThatThrownBy(() -> toB(group).rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .isInstanceOfSatisfying(RpcException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("secret");
  }

  @Test
  void aWorkerWithoutTheSecretIsRejected() {
    LocalGroup group =
        start(
            (rank, worker) -> {
              if (rank == 1) {
                worker.secret("b knows it");
              }
            });
    assertThatThrownBy(() -> toB(group).rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("secret");
  }

  @Test
  void workersWithTheSameSecretConnect() {
    assertThat(toB(start((rank, worker) -> worker.secret("shared"))).rpcSync(() -> 1)).isOne();
  }

  private static Socket connect(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket();
    socket.connect(
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
        5_000);
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void assertHungUp(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // a REJECT may precede the end
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the worker did not hang up", e);
    } catch (IOException e) {
      assertThat(e).as("a reset is also an end").hasMessageContaining("reset");
    }
  }

  @Test
  void garbageOnThePortEndsThatConnectionOnly() throws Exception {
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    LocalGroup group = start(LocalGroup.builder().transport(spy));
    Peer toB = toB(group);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> garbage = new ArrayList<>();
    garbage.add("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    garbage.add(new byte[] {-1, -1, -1, 127, 1});
    garbage.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 0});
    garbage.add(new byte[] {1, 0, 0, 0, 9});
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[5_000 + random.nextInt(5_000)];
      random.nextBytes(bytes);
      garbage.add(bytes);
    }
    for (String address : spy.addresses) {
      for (byte[] each : garbage) {
        try (Socket socket = connect(address)) {
          OutputStream out = socket.getOutputStream();
          out.write(each);
          out.flush();
          assertHungUp(socket);
        } catch (IOException e) {
          assertThat(e).as("seed " + seed).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
        assertThat(toB.rpcSync(() -> 1)).as("seed " + seed).isEqualTo(1);
      }
    }
    group.workers().forEach(TwoWorkers::assertQuiet);
  }

  @Test
  void halfOpenHandshakesDelayNoOtherAndEndWithTheWorker() throws Exception {
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    LocalGroup group = start(LocalGroup.builder().transport(spy));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket socket = connect(spy.addresses.get(1));
        sockets.add(socket);
        if (i % 2 == 0) {
          socket.getOutputStream().write(new byte[] {60, 0, 0}); // and no more
        }
      }
      assertThat(toB(group).rpcSync(() -> 1)).isEqualTo(1);
      group.closeNow();
      sockets.forEach(PortTest::assertHungUp);
    } finally {
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  @Test
  void moreConnectionsThanTheLimitAreRejected() throws Exception {
    Limits few = Limits.DEFAULT.withMaxConnections(5);
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    LocalGroup group =
        start(LocalGroup.builder().transport(spy).configure(worker -> worker.limits(few)));
    assertThat(toB(group).rpcSync(() -> 1)).isEqualTo(1);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        sockets.add(connect(spy.addresses.get(1)));
      }
      assertHungUp(sockets.getLast());
      assertThat(toB(group).rpcSync(() -> 1)).isEqualTo(1);
    } finally {
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  @Test
  void aFailedAcceptIsFollowedByTheNext() {
    SpyingTransport spy = new SpyingTransport(new InProcessTransport());
    LocalGroup group = start(LocalGroup.builder().transport(spy), "a", "b", "c");
    spy.failAccepts(1);
    assertThat(catchThrowable(() -> toB(group).rpcSync(() -> 1))).isInstanceOf(RpcException.class);
    assertThat(group.worker("c").peer("b").rpcSync(() -> 1)).isEqualTo(1);
  }
}
