package io.farref.testkit;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network whose faults a test controls: it holds bytes back and releases them, splits them into
 * pieces, delays them, cuts connections and refuses new ones. The bytes themselves travel over any
 * transport.
 *
 * <pre>{@code
 * FaultyNetwork net = FaultyNetwork.over(new InProcessTransport());
 * Worker a = Worker.builder().name("a").transport(net.at("a")). ... .join();
 * Worker b = Worker.builder().name("b").transport(net.at("b")). ... .join();
 *
 * net.path("b", "a").hold();           // a receives nothing from b any more
 * ...
 * net.path("b", "a").release();        // all that b has sent arrives now
 * net.around("b").cut();               // b's connections break
 * }</pre>
 *
 * <p>Bytes that are written after {@link FaultyPath#hold} are never read before they are released,
 * however the threads run. Nothing here sleeps. Thread-safe.
 */
public final class FaultyNetwork {
  /** The size of the number with which every connection begins, so that the acceptor knows it. */
  private static final int PREAMBLE = Long.BYTES;

  private static final long PREAMBLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  final ReentrantLock lock = new ReentrantLock();

  private final Transport below;

  // The following fields are guarded by lock. No annotation says so, because the check does not
  // follow a lock into the lambdas of locked().
  private final Condition doors = lock.newCondition();
  private final List<FaultyConnection> connections = new ArrayList<>();
  private final Map<String, String> listeners = new HashMap<>();
  private final List<Order> orders = new ArrayList<>();
  private final List<DoorOrder> doorOrders = new ArrayList<>();
  private boolean timeStands;
  private long standingAt;

  /** A setting for some flows; it is also applied to new flows, in the order of the settings. */
  private record Order(BiPredicate<String, String> whom, Consumer<FaultyFlow> what) {}

  private record DoorOrder(BiPredicate<String, String> whom, Door door) {}

  /** What happens to a worker that dials. */
  enum Door {
    OPEN,
    REFUSING,
    SILENT
  }

  private FaultyNetwork(Transport below) {
    this.below = below;
  }

  /** A network without faults yet. */
  public static FaultyNetwork over(Transport transport) {
    return new FaultyNetwork(transport);
  }

  /** The network as one worker sees it: a transport for that worker alone. */
  public Transport at(String worker) {
    return new View(worker);
  }

  /** All bytes from one worker to another. */
  public FaultyPath path(String from, String to) {
    return new FaultyPath(
        this, "path from " + from + " to " + to, (f, t) -> f.equals(from) && t.equals(to));
  }

  /** All bytes between two workers, in both directions. */
  public FaultyPath between(String a, String b) {
    return new FaultyPath(
        this,
        "paths between " + a + " and " + b,
        (f, t) -> f.equals(a) && t.equals(b) || f.equals(b) && t.equals(a));
  }

  /** All bytes from and to one worker. */
  public FaultyPath around(String worker) {
    return new FaultyPath(
        this, "paths around " + worker, (f, t) -> f.equals(worker) || t.equals(worker));
  }

  /** All bytes of the network. */
  public FaultyPath everywhere() {
    return new FaultyPath(this, "all paths", (f, t) -> true);
  }

  /** Stops the clock of the delays; from now on only {@link #advance} moves it. */
  public void stopTime() {
    locking(
        () -> {
          standingAt = now();
          timeStands = true;
        });
  }

  /** Moves the stopped clock, and releases the bytes that are due. */
  public void advance(Duration by) {
    locking(
        () -> {
          if (!timeStands) {
            throw new IllegalStateException("time runs by itself; call stopTime() first");
          }
          standingAt += by.toNanos();
          allFlows().forEach(FaultyFlow::signal);
        });
  }

  // The following methods are for the parts of the network.

  <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  void locking(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  /** Nanoseconds; call with the lock held. */
  long now() {
    return timeStands ? standingAt : System.nanoTime();
  }

  boolean isTimeRunning() {
    return !timeStands;
  }

  void order(BiPredicate<String, String> whom, Consumer<FaultyFlow> what) {
    locking(
        () -> {
          orders.add(new Order(whom, what));
          flows(whom).forEach(what);
        });
  }

  void order(BiPredicate<String, String> whom, Door door) {
    locking(
        () -> {
          doorOrders.add(new DoorOrder(whom, door));
          doors.signalAll();
        });
  }

  List<FaultyFlow> flows(BiPredicate<String, String> whom) {
    return locked(() -> allFlows().stream().filter(f -> whom.test(f.from(), f.to())).toList());
  }

  List<FaultyConnection> connections(BiPredicate<String, String> whom) {
    return locked(
        () -> connections.stream().filter(c -> whom.test(c.dialer(), c.acceptor())).toList());
  }

  private List<FaultyFlow> allFlows() {
    List<FaultyFlow> flows = new ArrayList<>();
    for (FaultyConnection connection : connections) {
      flows.add(connection.forth());
      flows.add(connection.back());
    }
    return flows;
  }

  private Door door(String from, String to) {
    return doorOrders.reversed().stream()
        .filter(order -> order.whom.test(from, to))
        .map(DoorOrder::door)
        .findFirst()
        .orElse(Door.OPEN);
  }

  /** Adds a connection; returns its number, which the acceptor reads from the preamble. */
  private long register(String dialer, String acceptor) {
    return locked(
        () -> {
          FaultyFlow forth = obedient(dialer, acceptor);
          FaultyFlow back = obedient(acceptor, dialer);
          connections.add(new FaultyConnection(this, forth, back));
          return connections.size() - 1L;
        });
  }

  private FaultyFlow obedient(String from, String to) {
    FaultyFlow flow = new FaultyFlow(this, from, to);
    orders.stream().filter(o -> o.whom.test(from, to)).forEach(o -> o.what.accept(flow));
    return flow;
  }

  private FaultyConnection connection(long number) throws IOException {
    FaultyConnection known =
        locked(
            () ->
                number >= 0 && number < connections.size() ? connections.get((int) number) : null);
    if (known == null) {
      throw new IOException("there is no connection " + number);
    }
    return known;
  }

  /** Waits while the door is silent. */
  private void pass(String from, String to, String address, long timeoutNanos) throws IOException {
    boolean interrupted = false;
    long left = timeoutNanos;
    lock.lock();
    try {
      while (door(from, to) == Door.SILENT) {
        if (timeoutNanos >= 0 && left <= 0) {
          throw new SocketTimeoutException(
              "no answer from " + address + " within " + Duration.ofNanos(timeoutNanos));
        }
        try {
          left = doors.awaitNanos(timeoutNanos < 0 ? Long.MAX_VALUE : left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (door(from, to) == Door.REFUSING) {
        throw new ConnectException("the test refuses connections from " + from + " to " + to);
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
    public boolean isLocalOnly(String address) {
      return below.isLocalOnly(address);
    }

    @Override
    public Listener listen(String address) throws IOException {
      Listener listener = below.listen(address);
      locked(() -> listeners.put(listener.address(), worker));
      return new FaultyListener(listener);
    }

    @Override
    public Link connect(String address, long timeoutNanos) throws IOException {
      String acceptor = locked(() -> listeners.getOrDefault(address, address));
      pass(worker, acceptor, address, timeoutNanos);
      Link link = below.connect(address, timeoutNanos);
      long number = register(worker, acceptor);
      try {
        ByteBuffer preamble = ByteBuffer.allocate(PREAMBLE).putLong(number).flip();
        link.write(new ByteBuffer[] {preamble}, 0, 1);
      } catch (IOException e) {
        link.close();
        throw e;
      }
      FaultyConnection made = connection(number);
      var end = new FaultyLink(FaultyNetwork.this, made, made.back(), made.forth(), link);
      made.add(end);
      return end;
    }
  }

  /** Identifies accepted connections by their preamble. */
  private final class FaultyListener implements Transport.Listener {
    private final Transport.Listener listener;

    FaultyListener(Transport.Listener listener) {
      this.listener = listener;
    }

    @Override
    public String address() {
      return listener.address();
    }

    @Override
    public Link accept() throws IOException {
      while (true) {
        Link link = listener.accept();
        try {
          FaultyConnection made = connection(readPreamble(link));
          var end = new FaultyLink(FaultyNetwork.this, made, made.forth(), made.back(), link);
          made.add(end);
          return end;
        } catch (IOException e) {
          System.getLogger(FaultyNetwork.class.getPackageName())
              .log(System.Logger.Level.DEBUG, "a connection came from outside the network", e);
          link.close();
        }
      }
    }

    private static long readPreamble(Link link) throws IOException {
      ByteBuffer preamble = ByteBuffer.allocate(PREAMBLE);
      long end = System.nanoTime() + PREAMBLE_NANOS;
      while (preamble.hasRemaining()) {
        if (link.read(preamble, Math.max(0, end - System.nanoTime())) < 0
            || end - System.nanoTime() < 0) {
          throw new IOException("no preamble came from " + link.remoteAddress());
        }
      }
      return preamble.flip().getLong();
    }

    @Override
    public void close() {
      listener.close();
    }
  }
}
