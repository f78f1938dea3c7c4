package io.farref.testkit;

import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that hold very few bytes: writers and readers wait all the time. */
@ExtendWith(NoLeaks.class)
class TinyPipeTransportTest extends TransportContract {
  @Override
  protected Transport transport() {
    return new InProcessTransport(97);
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
  protected int fewBytes() {
    return 97;
  }

  @Override
  protected int manyBytes() {
    return 1 << 18;
  }
}
