package io.farref.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback whose faults a test controls: it forwards connections to a real address,
 * and delays, slows down, holds, cuts or refuses them.
 *
 * <pre>{@code
 * try (TcpFaultProxy proxy = TcpFaultProxy.before("127.0.0.1:4711")) {
 *   connectTo(proxy.address());
 *   proxy.delay(Duration.ofMillis(20), Duration.ofMillis(50)); // connections overtake each other
 *   proxy.hold(Direction.TO_DIALER);                           // half-open: no answers arrive
 *   proxy.heal();
 *   proxy.cutAfter(Direction.TO_TARGET, 17);                   // a reset after the 17th byte
 *   proxy.outage(Duration.ofSeconds(2));                       // resets, and refuses for two seconds
 * }
 * }</pre>
 *
 * <p>Every command has taken effect when it returns, for present and future connections. Random
 * choices depend only on the seed, the number of the connection and the bytes that passed before.
 * One thread serves a proxy; {@link #close} ends the thread and every connection. Thread-safe.
 */
public final class TcpFaultProxy implements AutoCloseable {
  /** The direction of bytes. */
  public enum Direction {
    /** From the dialer to the address behind the proxy. */
    TO_TARGET,
    /** From the address behind the proxy to the dialer. */
    TO_DIALER
  }

  private final InetSocketAddress target;
  private final long seed;
  private final ProxyLoop loop;
  private final int port;

  // The following fields are confined to the loop's thread.
  private final List<ProxyConnection> connections = new ArrayList<>();
  private final ProxyFaults faults = new ProxyFaults();
  private @Nullable ServerSocketChannel server;
  private int accepted;
  private int refusals;

  private TcpFaultProxy(InetSocketAddress target, long seed) throws IOException {
    this.target = target;
    this.seed = seed;
    loop = new ProxyLoop("farref-proxy-to-" + target.getPort());
    try {
      port = loop.ask(() -> listen(0));
    } catch (IOException e) {
      loop.close();
      throw e;
    }
  }

  /** Makes a proxy to an address {@code host:port}, without a fault yet. */
  public static TcpFaultProxy before(String hostPort) throws IOException {
    return before(hostPort, 0);
  }

  /** Makes a proxy to an address, with a seed for its random choices. */
  public static TcpFaultProxy before(String hostPort, long seed) throws IOException {
    int colon = hostPort.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("'" + hostPort + "' is not host:port");
    }
    String host = hostPort.substring(0, colon).replaceAll("[\\[\\]]", "");
    int port = Integer.parseInt(hostPort.substring(colon + 1));
    return new TcpFaultProxy(new InetSocketAddress(host, port), seed);
  }

  /** The address to dial instead of the real one. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Delays all bytes, in both directions. */
  public void delay(Duration by) {
    delay(by, by);
  }

  /**
   * Delays all bytes, in both directions. Each connection draws its own delay, so that bytes of one
   * connection can overtake earlier bytes of another. Within a connection the order stays.
   */
  public void delay(Duration min, Duration max) {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException("no delay between " + min + " and " + max);
    }
    change(
        () -> {
          faults.delayMin = min.toNanos();
          faults.delaySpan = max.minus(min).toNanos();
        });
  }

  /** Limits the bandwidth of each direction of each connection; 0 means no limit. */
  public void bandwidth(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("negative: " + bytesPerSecond);
    }
    change(() -> faults.bytesPerSecond = bytesPerSecond);
  }

  /**
   * Behaves like TCP over a lossy path: with this probability a piece is late by that time, and all
   * bytes behind it wait.
   */
  public void stalls(double probability, Duration length) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("not a probability: " + probability);
    }
    change(
        () -> {
          faults.stallProbability = probability;
          faults.stallNanos = length.toNanos();
        });
  }

  /** Holds one direction (half-open): no byte passes in it any more, and no connection ends. */
  public void hold(Direction direction) {
    change(() -> faults.held.add(direction));
  }

  /** Holds both directions: no byte passes any more, and no connection ends. */
  public void hold() {
    change(() -> faults.held.addAll(List.of(Direction.values())));
  }

  /** Releases all bytes that are held. */
  public void release() {
    change(faults.held::clear);
  }

  /**
   * Still accepts connections, but drops all bytes, also on present connections. {@link #heal}
   * resets the connections that have lost bytes.
   */
  public void blackhole() {
    change(
        () -> {
          faults.blackhole = true;
          List.copyOf(connections).forEach(ProxyConnection::swallow);
        });
  }

  /** Stops listening; present connections stay. */
  public void refuse() {
    change(
        () -> {
          refusals++;
          stopListening();
        });
  }

  /** Listens again. */
  public void admit() {
    change(
        () -> {
          refusals = 0;
          listen(port);
        });
  }

  /** Resets every connection: both sides get an RST. */
  public void reset() {
    change(this::resetAll);
  }

  /** Ends every connection in order: both sides read the end of the stream. */
  public void hangUp() {
    change(() -> List.copyOf(connections).forEach(ProxyConnection::hangUp));
  }

  /**
   * Resets every connection when {@code bytes} further bytes have passed in one direction, on all
   * connections together: the next byte is never delivered. Happens once; a later call replaces
   * this one.
   */
  public void cutAfter(Direction direction, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative: " + bytes);
    }
    change(
        () -> {
          faults.cutDirection = direction;
          faults.cutIn = bytes;
          if (bytes == 0) {
            cutNow();
          }
        });
  }

  /** Resets every connection and refuses new ones for a time. Returns at once. */
  public void outage(Duration length) {
    change(
        () -> {
          refusals++;
          stopListening();
          resetAll();
          int mine = refusals;
          loop.after(
              length,
              () -> {
                if (refusals
                    == mine) { // otherwise a later command refuses for longer, or admits already
                  refusals = 0;
                  listen(port);
                }
              });
        });
  }

  /** Holds all bytes for a time; no connection ends. Returns at once. */
  public void freeze(Duration length) {
    hold();
    after(length, TcpFaultProxy::release);
  }

  /** Runs commands after a time, on the proxy's thread. */
  public void after(Duration delay, Consumer<TcpFaultProxy> command) {
    change(() -> loop.after(delay, () -> command.accept(this)));
  }

  /** Ends every fault except the delays that connections have drawn. */
  public void heal() {
    change(
        () -> {
          faults.clear();
          refusals = 0;
          listen(port);
          List.copyOf(connections).forEach(ProxyConnection::resetIfSwallowed);
        });
  }

  /** How many connections are open. */
  public int connections() {
    return result(connections::size);
  }

  /** How many connections have been accepted so far. */
  public int accepted() {
    return result(() -> accepted);
  }

  /** How many bytes have passed in a direction so far, on all connections. */
  public long forwarded(Direction direction) {
    return result(() -> faults.forwarded[direction.ordinal()]);
  }

  /** Ends every connection and stops. */
  @Override
  public void close() {
    loop.close(
        () -> {
          stopListening();
          resetAll();
        });
  }

  @Override
  public String toString() {
    return "proxy " + address() + " before " + target;
  }

  private void change(ProxyLoop.Task task) {
    result(
        () -> {
          task.run();
          // A fault may release or stop a connection at once.
          List.copyOf(connections).forEach(ProxyConnection::review);
          return 0;
        });
  }

  private <T> T result(ProxyLoop.Question<T> question) {
    try {
      return loop.ask(question);
    } catch (IOException e) {
      throw new IllegalStateException(this + " cannot do that: " + e.getMessage(), e);
    }
  }

  private int listen(int at) throws IOException {
    if (server == null) {
      ServerSocketChannel opened = ServerSocketChannel.open();
      try {
        opened.configureBlocking(false);
        opened.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), at));
        loop.register(opened, SelectionKey.OP_ACCEPT, _ -> accept(opened));
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      server = opened;
    }
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private void stopListening() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  private void accept(ServerSocketChannel from) throws IOException {
    SocketChannel dialer = from.accept();
    if (dialer == null) {
      return;
    }
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31 + accepted);
    accepted++;
    ProxyConnection made = new ProxyConnection(loop, faults, random, dialer, this::ended);
    connections.add(made);
    if (faults.blackhole) {
      made.swallow();
    } else {
      made.connect(target);
    }
  }

  private void ended(ProxyConnection connection) {
    connections.remove(connection);
    if (faults.isCutDue()) {
      cutNow();
    }
  }

  private void cutNow() {
    faults.cutDirection = null;
    resetAll();
  }

  private void resetAll() {
    List.copyOf(connections).forEach(ProxyConnection::reset);
  }
}
