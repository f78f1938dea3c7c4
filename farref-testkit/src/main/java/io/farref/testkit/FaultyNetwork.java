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
 * A network whose faults a test commands: it holds bytes back and lets them go, tears them into
 * pieces, delays them, cuts connections and refuses new ones. The bytes themselves go over any
 * transport.
 *
 * <pre>{@code
 * FaultyNetwork net = FaultyNetwork.over(new InProcessTransport());
 * Worker a = Worker.builder().name("a").transport(net.at("a")). ... .join();
 * Worker b = Worker.builder().name("b").transport(net.at("b")). ... .join();
 *
 * net.path("b", "a").hold();           // a hears nothing from b any more
 * ...
 * net.path("b", "a").release();        // all that b said arrives now
 * net.around("b").cut();               // b's connections break
 * }</pre>
 *
 * <p>What was written after {@link FaultyPath#hold} is never read before it is released, whatever
 * the threads do; nothing here sleeps. Thread-safe.
 */
public final class FaultyNetwork {
  /** What every connection begins with, to know it again on the other side. */
  private static final int PREAMBLE = Long.BYTES;

  private static final long PREAMBLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  final ReentrantLock lock = new ReentrantLock();

  private final Transport below;

  // All of the following is guarded by lock.
  private final Condition doors = lock.newCondition();
  private final List<FaultyConnection> connections = new ArrayList<>();
  private final Map<String, String> listeners = new HashMap<>();
  private final List<Order> orders = new ArrayList<>();
  private final List<DoorOrder> doorOrders = new ArrayList<>();
  private boolean timeStands;
  private long standingAt;

  /** What was ordered for some flows; new ones obey all orders, in their order. */
  private record Order(BiPredicate<String, String> whom, Consumer<FaultyFlow> what) {}

  private record DoorOrder(BiPredicate<String, String> whom, Door door) {}

  /** What happens to those who connect. */
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

  /** What goes from one worker to another. */
  public FaultyPath path(String from, String to) {
    return new FaultyPath(
        this, "path from " + from + " to " + to, (f, t) -> f.equals(from) && t.equals(to));
  }

  /** What goes between two workers, both ways. */
  public FaultyPath between(String a, String b) {
    return new FaultyPath(
        this,
        "paths between " + a + " and " + b,
        (f, t) -> f.equals(a) && t.equals(b) || f.equals(b) && t.equals(a));
  }

  /** What goes from and to one worker. */
  public FaultyPath around(String worker) {
    return new FaultyPath(
        this, "paths around " + worker, (f, t) -> f.equals(worker) || t.equals(worker));
  }

  /** All that goes anywhere. */
  public FaultyPath everywhere() {
    return new FaultyPath(this, "all paths", (f, t) -> true);
  }

  /** Stops the time that delays are measured in; from now on only {@link #advance} moves it. */
  public void stopTime() {
    locking(
        () -> {
          standingAt = now();
          timeStands = true;
        });
  }

  /** Moves the stopped time on, and lets go what is due. */
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

  // What follows is for the parts of the network.

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

  /** Returns the number by which the other side knows the connection. */
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

  /** Waits as long as the door is silent. */
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

  /** Knows accepted connections by their preamble. */
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
          System.getLogger("io.farref.testkit")
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
