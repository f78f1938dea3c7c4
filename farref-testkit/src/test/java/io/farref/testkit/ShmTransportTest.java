package io.farref.testkit;

import io.farref.spi.Transport;
import io.farref.transport.ShmTransport;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class ShmTransportTest extends TransportContract {
  @Override
  protected Transport transport() {
    return new ShmTransport();
  }

  @Override
  protected String listenAddress() {
    return "";
  }

  @Override
  protected String deafAddress() throws IOException {
    try (Transport.Listener listener = new ShmTransport().listen("")) {
      return listener.address();
    }
  }
}
