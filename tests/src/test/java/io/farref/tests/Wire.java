package io.farref.tests;

import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import io.farref.transport.TcpTransport;
import java.util.function.Supplier;

/** What the workers of a test talk over. */
enum Wire {
  IN_PROCESS(InProcessTransport::new),
  TCP(TcpTransport::new);

  private final Supplier<Transport> maker;

  Wire(Supplier<Transport> maker) {
    this.maker = maker;
  }

  Transport transport() {
    return maker.get();
  }
}
