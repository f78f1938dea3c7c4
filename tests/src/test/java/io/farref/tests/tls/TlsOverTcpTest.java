package io.farref.tests.tls;

import io.farref.spi.Transport;
import io.farref.testkit.NoLeaks;
import io.farref.testkit.TransportContract;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class TlsOverTcpTest extends TransportContract {
  @Override
  protected Transport transport() {
    return TlsTransport.over(new TcpTransport());
  }

  @Override
  protected String listenAddress() {
    return "127.0.0.1:0";
  }

  @Override
  protected String deafAddress() throws IOException {
    try (Transport.Listener listener = new TcpTransport().listen("127.0.0.1:0")) {
      return listener.address();
    }
  }
}
