package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Worker;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker does not listen on the port of its group's rendezvous store. */
class RendezvousPortTest {
  @Test
  void aWorkerThatIsGivenThePortOfTheStoreTakesAnother() throws Exception {
    int port = freePort();
    GivesFirst transport = new GivesFirst(port);
    try (Worker worker =
        Worker.builder()
            .name("a")
            .rank(0)
            .worldSize(1)
            .rendezvous("tcp://127.0.0.1:" + port)
            .joinTimeout(Duration.ofSeconds(20))
            .transport(transport)
            .join()) {
      assertThat(worker.self().<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
    }
    assertThat(transport.given).hasSize(2);
    assertThat(transport.given.getFirst()).endsWith(":" + port);
    assertThat(transport.given.getLast()).doesNotEndWith(":" + port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** TCP on a system that gives a certain port to the first listener that asks for any. */
  private static final class GivesFirst implements Transport {
    private final Transport tcp = new TcpTransport();
    private final int port;
    private final List<String> given = new ArrayList<>();

    GivesFirst(int port) {
      this.port = port;
    }

    @Override
    public String scheme() {
      return tcp.scheme();
    }

    @Override
    public Listener listen(String address) throws IOException {
      Listener listener = tcp.listen(given.isEmpty() ? "127.0.0.1:" + port : address);
      given.add(listener.address());
      return listener;
    }

    @Override
    public Link connect(String address, long timeoutNanos) throws IOException {
      return tcp.connect(address, timeoutNanos);
    }

    @Override
    public boolean isLocalOnly(String address) {
      return tcp.isLocalOnly(address);
    }
  }
}
