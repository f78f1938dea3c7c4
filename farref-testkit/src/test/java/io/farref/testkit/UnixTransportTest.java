package io.farref.testkit;

import io.farref.spi.Transport;
import io.farref.transport.unix.UnixTransport;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class UnixTransportTest extends TransportContract {
  @Override
  protected Transport transport() {
    return new UnixTransport();
  }

  @Override
  protected String listenAddress() {
    return "";
  }

  @Override
  protected String deafAddress() throws IOException {
    try (Transport.Listener listener = new UnixTransport().listen("")) {
      return listener.address();
    }
  }
}
