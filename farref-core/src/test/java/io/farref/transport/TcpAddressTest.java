package io.farref.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpAddressTest {
  private final TcpTransport tcp = new TcpTransport();

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, 127.0.0.1, 0",
    "worker-3.example:65535, worker-3.example, 65535",
    "[::1]:80, ::1, 80",
    "':7', '', 7",
  })
  void parsesAndPrintsHostAndPort(String text, String host, int port) {
    TcpAddress address = TcpAddress.parse(text);

    assertThat(address).isEqualTo(new TcpAddress(host, port));
    assertThat(address).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "localhost:", "localhost:x", "h:-1", "h:65536", "::1:80"})
  void aMalformedAddressIsRefusedAndQuoted(String text) {
    assertThatThrownBy(() -> TcpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, true",
    "127.8.9.10:1, true",
    "localhost:1, true",
    "[::1]:1, true",
    "0.0.0.0:0, false",
    "[::]:0, false",
    "':0', false",
    "10.1.2.3:1, false",
    "no-such-host.invalid:1, false",
  })
  void onlyLoopbackAddressesAreLocal(String address, boolean local) {
    assertThat(tcp.isLocalOnly(address)).isEqualTo(local);
  }

  @Test
  void aListenerNamesTheConfiguredHostAndTheRealPort() throws IOException {
    try (Transport.Listener listener = tcp.listen("localhost:0")) {
      TcpAddress address = TcpAddress.parse(listener.address());
      assertThat(address.host()).isEqualTo("localhost");
      assertThat(address.port()).isPositive();
    }
  }

  @Test
  void aListenerOnAllInterfacesNamesAnAddressThatOthersCanReach() throws IOException {
    var everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 4711);
    TcpAddress reachable = TcpAddress.parse("0.0.0.0:0").reachable(everywhere);

    assertThat(reachable.port()).isEqualTo(4711);
    assertThat(InetAddress.getByName(reachable.host()).isAnyLocalAddress()).isFalse();
  }

  @Test
  void anUnknownHostIsNamed() {
    assertThatThrownBy(() -> tcp.connect("no-such-host.invalid:1", -1))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("no-such-host.invalid:1");
  }
}
