package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RawSocketTest {
  private static SocketAddress serve() throws IOException {
    return RawSocket.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @Test
  void aUnixDomainSocketWillDoAsWell(@TempDir Path directory) throws Exception {
    SocketAddress address = RawSocket.serve(UnixDomainSocketAddress.of(directory.resolve("s")));
    try (RawSocket socket = RawSocket.connect(address)) {
      assertThat(socket.add(1, 2)).isEqualTo(3);
    }
  }

  @Test
  void requestsAreAnswered() throws Exception {
    try (RawSocket socket = RawSocket.connect(serve())) {
      assertThat(socket.add(1, 2)).isEqualTo(3);
      assertThat(socket.add(-5, 2)).isEqualTo(-3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 12, 1 << 10, (1 << 20) - 12, 1 << 20, 5_000_001})
  void payloadsAreTakenWhole(int size) throws Exception {
    try (RawSocket socket = RawSocket.connect(serve())) {
      ByteBuffer payload = ByteBuffer.allocateDirect(size);
      for (int i = 0; i < 3; i++) {
        socket.put(payload);
        assertThat(socket.add(i, 1)).isEqualTo(i + 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 256, 5000})
  void pipelinedRequestsAreAllAnswered(int inFlight) throws Exception {
    try (RawSocket socket = RawSocket.connect(serve())) {
      assertThat(socket.pipelined(inFlight, TimeUnit.MILLISECONDS.toNanos(20)))
          .isGreaterThanOrEqualTo(inFlight);
      assertThat(socket.add(1, 1)).isEqualTo(2);
    }
  }
}
