package io.farref.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * TCP between the workers of one JVM, with a {@link TcpFaultProxy} on every way: a worker that
 * dials another is connected through a proxy, and each pair of workers has two proxies, one for
 * each direction of dialing. Unlike {@link FaultyNetwork}, this uses the real kernel and real
 * sockets.
 *
 * <pre>{@code
 * try (TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1);
 *     LocalGroup group = LocalGroup.builder().network(net).start("a", "b")) {
 *   net.way("a", "b").reset();                      // the connection that a dialed breaks
 *   net.around("b").forEach(each -> each.outage(Duration.ofSeconds(1)));
 * }
 * }</pre>
 *
 * <p>Closing it closes every proxy; close the workers first. Thread-safe.
 */
public final class TcpFaultNetwork implements AutoCloseable {
  private final Transport below = new TcpTransport();
  private final long seed;

  @GuardedBy("this")
  private final Map<String, String> addresses = new HashMap<>();

  @GuardedBy("this")
  private final Map<Way, TcpFaultProxy> proxies = new LinkedHashMap<>();

  @GuardedBy("this")
  private boolean closed;

  private record Way(String dialer, String acceptor) {}

  private TcpFaultNetwork(long seed) {
    this.seed = seed;
  }

  /** A network without faults yet; the seed determines the random choices of its proxies. */
  public static TcpFaultNetwork ofSeed(long seed) {
    return new TcpFaultNetwork(seed);
  }

  /** The network as one worker sees it: a transport for that worker alone. */
  public Transport at(String worker) {
    return new View(worker);
  }

  /**
   * The proxy between one worker and another that it dials.
   *
   * @throws IllegalArgumentException if the acceptor does not listen
   */
  public synchronized TcpFaultProxy way(String dialer, String acceptor) {
    String address = addresses.get(acceptor);
    if (address == null) {
      throw new IllegalArgumentException("'" + acceptor + "' does not listen on this network");
    }
    if (closed) {
      throw new IllegalStateException("the network is closed");
    }
    return proxies.computeIfAbsent(
        new Way(dialer, acceptor),
        way -> {
          try {
            return TcpFaultProxy.before(address, seed * 31 + way.hashCode());
          } catch (IOException e) {
            throw new IllegalStateException("no proxy before " + acceptor, e);
          }
        });
  }

  /** Both ways between two workers. */
  public List<TcpFaultProxy> between(String a, String b) {
    return List.of(way(a, b), way(b, a));
  }

  /** All ways from and to one worker that have been used so far. */
  public synchronized List<TcpFaultProxy> around(String worker) {
    return proxies.entrySet().stream()
        .filter(
            each ->
                each.getKey().dialer().equals(worker) || each.getKey().acceptor().equals(worker))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** All ways that have been used so far. */
  public synchronized List<TcpFaultProxy> everywhere() {
    return List.copyOf(proxies.values());
  }

  @Override
  public synchronized void close() {
    closed = true;
    proxies.values().forEach(TcpFaultProxy::close);
  }

  private synchronized String detour(String dialer, String address) {
    for (Map.Entry<String, String> each : addresses.entrySet()) {
      if (each.getValue().equals(address)) {
        return way(dialer, each.getKey()).address();
      }
    }
    return address;
  }

  private synchronized void listens(String worker, String address) {
    addresses.put(worker, address);
    proxies
        .entrySet()
        .removeIf(
            each -> {
              boolean old = Objects.equals(each.getKey().acceptor(), worker);
              if (old) { // it leads to where a worker of this name listened earlier
                each.getValue().close();
              }
              return old;
            });
  }

  /** One worker's transport. */
  private final class View implements Transport {
    private final String worker;

    View(String worker) {
      this.worker = worker;
    }

    @Override
    public String scheme() {
      return below.scheme();
    }

    @Override
    public boolean isResumable() {
      return below.isResumable();
    }

    @Override
    public boolean isLocalOnly(String address) {
      return below.isLocalOnly(address);
    }

    @Override
    public Listener listen(String address) throws IOException {
      Listener listener = below.listen(address);
      listens(worker, listener.address());
      return listener;
    }

    @Override
    public Link connect(String address, long timeoutNanos) throws IOException {
      return below.connect(detour(worker, address), timeoutNanos);
    }
  }
}
