package io.farref.group.store;

import io.farref.group.Ports;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

class TcpStoreContractTest extends StoreContract {
  private final int port = Ports.free();

  @Override
  protected Store openStore() throws IOException {
    return new TcpStoreProvider()
        .open(
            URI.create("tcp://127.0.0.1:" + port),
            new Options(Optional.empty(), Optional.of("a secret"), Duration.ofSeconds(10)));
  }
}
