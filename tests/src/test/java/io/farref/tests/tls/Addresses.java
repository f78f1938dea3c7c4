package io.farref.tests.tls;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the addresses at which another transport listens. */
final class Addresses implements Transport {
  private final Transport below;
  final List<String> listening = new CopyOnWriteArrayList<>();

  Addresses(Transport below) {
    this.below = below;
  }

  @Override
  public String scheme() {
    return below.scheme();
  }

  @Override
  public Listener listen(String address) throws IOException {
    Listener listener = below.listen(address);
    listening.add(listener.address());
    return listener;
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    return below.connect(address, timeoutNanos);
  }

  @Override
  public boolean isLocalOnly(String address) {
    return below.isLocalOnly(address);
  }
}
