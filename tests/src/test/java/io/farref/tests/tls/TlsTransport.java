package io.farref.tests.tls;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLinks;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Another transport with TLS on top, for the contract tests of links. */
record TlsTransport(Transport below, TlsLinks dialers, TlsLinks acceptors) implements Transport {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  static TlsTransport over(Transport below) {
    Certificates certificates = new Certificates();
    return new TlsTransport(
        below, TlsLinks.of(certificates.tls("dialer")), TlsLinks.of(certificates.tls("acceptor")));
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
    Link link = below.connect(address, timeoutNanos);
    try {
      return dialers.dial(link, TIMEOUT);
    } catch (IOException e) {
      link.close();
      throw e;
    }
  }

  @Override
  public Listener listen(String address) throws IOException {
    Listener listener = below.listen(address);
    return new Listener() {
      @Override
      public String address() {
        return listener.address();
      }

      @Override
      public Link accept() throws IOException {
        Link link = listener.accept();
        try {
          return acceptors.accept(link, TIMEOUT);
        } catch (IOException e) {
          link.close();
          throw e;
        }
      }

      @Override
      public void close() {
        listener.close();
      }
    };
  }
}
