package io.farref.tests.tls;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.tls.TlsLinks;
import io.farref.transport.InProcessTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sits between dialers and listeners with certificates that both trust, decrypts the bytes between
 * them, and forwards them unchanged.
 */
final class ManInTheMiddle implements Transport {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  private final Transport below;
  private final TlsLinks asListener;
  private final TlsLinks asDialer;

  /** How many bytes it has decrypted. */
  final AtomicLong overheard = new AtomicLong();

  ManInTheMiddle(Transport below, TlsLinks asListener, TlsLinks asDialer) {
    this.below = below;
    this.asListener = asListener;
    this.asDialer = asDialer;
  }

  @Override
  public String scheme() {
    return below.scheme();
  }

  @Override
  public Listener listen(String address) throws IOException {
    return below.listen(address);
  }

  @Override
  public boolean isLocalOnly(String address) {
    return below.isLocalOnly(address);
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    Link real = below.connect(address, timeoutNanos);
    Link[] ends = InProcessTransport.pair();
    Thread.ofVirtual().start(() -> stand(ends[1], real));
    return ends[0];
  }

  private void stand(Link victim, Link real) {
    try (victim;
        real;
        Link left = asListener.accept(victim, TIMEOUT);
        Link right = asDialer.dial(real, TIMEOUT)) {
      Thread back = Thread.ofVirtual().start(() -> pass(right, left));
      pass(left, right);
      back.join();
    } catch (IOException | InterruptedException e) {
      // One side has closed the connection.
    }
  }

  private void pass(Link from, Link to) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (from;
        to) {
      while (from.read(buffer, -1) >= 0) {
        overheard.addAndGet(buffer.flip().remaining());
        to.write(new ByteBuffer[] {buffer}, 0, 1);
        buffer.clear();
      }
    } catch (IOException e) {
      // One side has closed the connection.
    }
  }
}
