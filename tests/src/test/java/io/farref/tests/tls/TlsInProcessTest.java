package io.farref.tests.tls;

import io.farref.spi.Transport;
import io.farref.testkit.NoLeaks;
import io.farref.testkit.TransportContract;
import io.farref.transport.InProcessTransport;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class TlsInProcessTest extends TransportContract {
  @Override
  protected Transport transport() {
    return TlsTransport.over(new InProcessTransport());
  }

  @Override
  protected String listenAddress() {
    return "";
  }

  @Override
  protected String deafAddress() {
    return "nobody";
  }
}
