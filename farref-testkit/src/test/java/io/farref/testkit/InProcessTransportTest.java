package io.farref.testkit;

import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class InProcessTransportTest extends TransportContract {
  @Override
  protected Transport transport() {
    return new InProcessTransport();
  }

  @Override
  protected String listenAddress() {
    return "inproc::0";
  }

  @Override
  protected String deafAddress() {
    return "inproc:nobody";
  }
}
