package io.farref.testkit;

import io.farref.spi.Transport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes arrive late and in small pieces. */
@ExtendWith(NoLeaks.class)
class FaultyTcpTest extends TransportContract {
  @Override
  protected Transport transport() {
    FaultyNetwork network = FaultyNetwork.over(new TcpTransport());
    network.everywhere().delay(42, Duration.ZERO, Duration.ofMillis(1));
    network.everywhere().inPiecesOf(61);
    return network.at("everybody");
  }

  @Override
  protected String listenAddress() {
    return "127.0.0.1:0";
  }

  @Override
  protected String deafAddress() throws IOException {
    return TcpTransportTest.deafTcpAddress();
  }
}
