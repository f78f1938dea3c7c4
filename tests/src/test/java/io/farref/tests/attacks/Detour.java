package io.farref.tests.attacks;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * TCP on which a stranger can take the place of every listener: connections lead to it while it is
 * there. Links break when the test says so.
 */
final class Detour implements Transport {
  private final Transport below = new TcpTransport();
  private final List<Link> dialed = new CopyOnWriteArrayList<>();
  private volatile @Nullable Post post;

  /** Listens where it should not. */
  interface Stranger {
    void meet(Link victim) throws IOException;
  }

  private record Post(Stranger stranger, AtomicInteger met) {}

  /** From now on a stranger answers all who dial. */
  void leadTo(Stranger stranger) {
    post = new Post(stranger, new AtomicInteger());
  }

  /** The stranger is gone. */
  void leadBack() {
    post = null;
  }

  /** How many connections the present stranger has had and ended. */
  int met() {
    Post present = post;
    return present == null ? 0 : present.met.get();
  }

  /** Breaks all links. */
  void breakLinks() {
    dialed.forEach(Link::close);
    dialed.clear();
  }

  @Override
  public String scheme() {
    return below.scheme();
  }

  @Override
  public boolean isResumable() {
    return true;
  }

  @Override
  public boolean isLocalOnly(String address) {
    return below.isLocalOnly(address);
  }

  @Override
  public Listener listen(String address) throws IOException {
    return below.listen(address);
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    Post present = post;
    if (present == null) {
      Link link = below.connect(address, timeoutNanos);
      dialed.add(link);
      return link;
    }
    Link[] ends = InProcessTransport.pair();
    Thread.ofVirtual().start(() -> meet(present, ends[1]));
    return ends[0];
  }

  private static void meet(Post present, Link victim) {
    try (victim) {
      present.stranger.meet(victim);
    } catch (IOException e) {
      // The victim has hung up.
    }
    present.met.incrementAndGet();
  }
}
