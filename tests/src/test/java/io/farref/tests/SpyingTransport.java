package io.farref.tests;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A transport that records the addresses of listeners, and lets a test wrap the links. */
final class SpyingTransport implements Transport {
  private final Transport below;
  private final UnaryOperator<Link> onDial;
  private final UnaryOperator<Link> onAccept;
  private final AtomicInteger acceptsToFail = new AtomicInteger();

  /** The addresses of the listeners, in the order in which they were opened. */
  final List<String> addresses = new CopyOnWriteArrayList<>();

  SpyingTransport(Transport below, UnaryOperator<Link> onDial, UnaryOperator<Link> onAccept) {
    this.below = below;
    this.onDial = onDial;
    this.onAccept = onAccept;
  }

  SpyingTransport(Transport below, UnaryOperator<Link> onDial) {
    this(below, onDial, link -> link);
  }

  SpyingTransport(Transport below) {
    this(below, link -> link);
  }

  /** Makes that many of the next connections fail while they are accepted. */
  void failAccepts(int count) {
    acceptsToFail.set(count);
  }

  @Override
  public String scheme() {
    return below.scheme();
  }

  @Override
  public boolean isLocalOnly(String address) {
    return below.isLocalOnly(address);
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    return onDial.apply(below.connect(address, timeoutNanos));
  }

  @Override
  public Listener listen(String address) throws IOException {
    Listener listener = below.listen(address);
    addresses.add(listener.address());
    return new Listener() {
      @Override
      public String address() {
        return listener.address();
      }

      @Override
      public Link accept() throws IOException {
        Link link = listener.accept();
        if (acceptsToFail.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
          link.close();
          throw new IOException("Too many open files");
        }
        return onAccept.apply(link);
      }

      @Override
      public void close() {
        listener.close();
      }
    };
  }
}
