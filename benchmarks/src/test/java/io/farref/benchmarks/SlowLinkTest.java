package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SlowLinkTest {
  @Test
  void everyRoundTripTakesTheDelayTwice() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    var target = (InetSocketAddress) RawSocket.serve(new InetSocketAddress(loopback, 0));
    try (SlowLink link = SlowLink.open(target.getPort(), Duration.ofMillis(7));
        RawSocket socket = RawSocket.connect(new InetSocketAddress(loopback, link.port()))) {
      long start = System.nanoTime();
      assertThat(socket.add(1, 2)).isEqualTo(3);
      assertThat(socket.add(3, 4)).isEqualTo(7);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(28));
    }
  }
}
