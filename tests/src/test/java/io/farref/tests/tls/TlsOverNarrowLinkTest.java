package io.farref.tests.tls;

import io.farref.spi.Transport;
import io.farref.testkit.NoLeaks;
import io.farref.testkit.TransportContract;
import io.farref.transport.InProcessTransport;
import org.junit.jupiter.api.extension.ExtendWith;

/** TLS over a link whose buffer holds less than a record: everything arrives in pieces. */
@ExtendWith(NoLeaks.class)
class TlsOverNarrowLinkTest extends TransportContract {
  @Override
  protected Transport transport() {
    return TlsTransport.over(new InProcessTransport(200));
  }

  @Override
  protected String listenAddress() {
    return "";
  }

  @Override
  protected String deafAddress() {
    return "nobody";
  }

  /** A record with so many bytes fits into the link's buffer. */
  @Override
  protected int fewBytes() {
    return 70;
  }

  @Override
  protected int manyBytes() {
    return 1 << 20;
  }
}
