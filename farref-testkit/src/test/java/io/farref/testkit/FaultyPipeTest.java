package io.farref.testkit;

import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes arrive late and one at a time. */
@ExtendWith(NoLeaks.class)
class FaultyPipeTest extends TransportContract {
  @Override
  protected Transport transport() {
    FaultyNetwork network = FaultyNetwork.over(new InProcessTransport());
    network.everywhere().delay(42, Duration.ZERO, Duration.ofMillis(1));
    network.everywhere().inPiecesOf(1);
    return network.at("everybody");
  }

  @Override
  protected String listenAddress() {
    return "";
  }

  @Override
  protected String deafAddress() {
    return "nobody";
  }

  @Override
  protected int manyBytes() {
    return 1 << 20;
  }
}
