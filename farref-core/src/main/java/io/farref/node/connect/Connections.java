package io.farref.node.connect;

import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.bytes.Output;
import io.farref.call.CallRuntime;
import io.farref.call.Connection;
import io.farref.call.EstablishedLink;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.Router;
import io.farref.call.server.ServerConnection;
import io.farref.exec.AllSteps;
import io.farref.observe.FailureText;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one worker: one to each worker it calls, dialed on first use, one from each
 * worker that calls it. The end of any connection to a worker is the end of that worker.
 * Thread-safe.
 */
public final class Connections implements Router, Connection.Listener {
  private static final System.Logger LOG = System.getLogger(Connections.class.getPackageName());

  private final LocalEndpoint local;
  private final Supplier<CallRuntime> runtime;
  private final LossListener listener;
  private final Dialer dialer;
  private final SessionRegistry sessions;
  private final Map<Integer, ClientConnection> clients = new ConcurrentHashMap<>();
  private final Map<Integer, ServerConnection> servers = new ConcurrentHashMap<>();

  /** Held while a worker's connection is chosen: it has one at a time. */
  private final Object choosing = new Object();

  /** The route of each connection: empty while it is dialed, and for the connection to oneself. */
  private final Map<Connection, Optional<Route>> all = new ConcurrentHashMap<>();

  /** Why each lost worker is lost. */
  private final Map<Integer, String> losses = new ConcurrentHashMap<>();

  /** Why this worker closes by itself, if it does. */
  private volatile @Nullable RuntimeException failure;

  private volatile boolean closed;

  /** Notified of each lost worker. */
  public interface LossListener {
    void lost(int worker, String why, LossKind kind);

    /** That worker has declared this one dead. */
    void declaredDeadBy(int worker, String why);
  }

  /**
   * @param runtime the parts that connections share; fetched when the first connection opens,
   *     because it refers to this router
   * @param sessions the sessions that other workers have opened with this worker
   */
  public Connections(
      LocalEndpoint local,
      Supplier<CallRuntime> runtime,
      SessionRegistry sessions,
      LossListener listener) {
    this.local = local;
    this.runtime = runtime;
    this.sessions = sessions;
    this.listener = listener;
    dialer = new Dialer(local, this::declaredDead, this::moved);
  }

  @Override
  public ClientConnection client(int worker) {
    ClientConnection open = clients.get(worker);
    if (open != null && open.isOpen()) {
      return open;
    }
    if (isUnreachable(worker)) {
      throw ended(worker);
    }
    ClientConnection client = clients.computeIfAbsent(worker, this::dial);
    if (isUnreachable(worker)) {
      client.fail(ended(worker)); // the worker was lost while the connection was being made
    }
    return client;
  }

  private boolean isUnreachable(int worker) {
    return closed || local.members().isGone(worker);
  }

  private RuntimeException ended(int worker) {
    return closed
        ? closedException()
        : new WorkerLostException(
            "worker "
                + local.members().name(worker)
                + " is lost or has left: "
                + losses.getOrDefault(worker, "it is no member any more"),
            Execution.NOT_EXECUTED);
  }

  /** The exception that says that this worker is closed, and why if it closed by itself. */
  public WorkerClosedException closedException() {
    RuntimeException why = failure;
    return new WorkerClosedException(
        "worker " + local.name() + " is closed" + (why == null ? "" : ": " + why.getMessage()),
        why == null ? null : why.getCause(),
        Execution.NOT_EXECUTED);
  }

  private ClientConnection dial(int worker) {
    ClientConnection client = new ClientConnection(runtime.get(), worker, this);
    all.put(client, Optional.empty());
    client.start(() -> worker == local.self() ? loopBack() : connect(client, worker));
    return client;
  }

  private EstablishedLink connect(ClientConnection client, int worker) throws IOException {
    DialResult result = dialer.dial(worker, client::isOpen);
    all.replace(client, Optional.of(result.route())); // unless it has ended meanwhile
    return local.opened(result.route().link(), result.welcome().settings());
  }

  /** Calls to oneself go through a link too, so that they are like any other. */
  private EstablishedLink loopBack() {
    Link[] ends = InProcessTransport.pair();
    EstablishedLink other = new EstablishedLink(ends[1], 0, local.settings());
    serve(local.self(), other, Optional.empty(), Optional.empty());
    return new EstablishedLink(ends[0], 0, local.settings());
  }

  /** Whether this worker serves a connection of that worker, which has not ended. */
  boolean isServed(int worker) {
    ServerConnection present = servers.get(worker);
    return present != null && present.isOpen();
  }

  /**
   * Serves a worker that has dialed. The end of the connection will be the end of that worker, so
   * there must be one connection only, lest another member that claims to be that worker ends it.
   *
   * @param certificate that the worker has shown, if it has
   * @return false if a connection of that worker is served already; then nothing has happened
   */
  boolean serve(
      int worker,
      EstablishedLink opened,
      Optional<Route> route,
      Optional<X509Certificate> certificate) {
    ServerConnection server;
    synchronized (choosing) {
      if (isServed(worker)) {
        return false;
      }
      certificate.ifPresent(shown -> local.members().certify(worker, shown));
      server = new ServerConnection(runtime.get(), worker, this);
      all.put(server, route);
      servers.put(worker, server);
    }
    server.start(opened);
    if (isUnreachable(worker)) {
      server.fail(ended(worker));
      opened.link().close(); // there may be no thread left to read it, and so to close it
    }
    return true;
  }

  /** A link that outlives broken ones continues by another route. */
  void moved(Link lasting, Route route) {
    Optional<Route> now = Optional.of(route.through(lasting));
    all.replaceAll((_, was) -> was.filter(each -> each.link() == lasting).isPresent() ? now : was);
  }

  @Override
  public void controlAsCaller(int worker, Consumer<Output> messages) {
    ClientConnection open = clients.get(worker);
    if (open == null) {
      if (isUnreachable(worker)) {
        return;
      }
      try {
        open = client(worker);
      } catch (WorkerLostException | WorkerClosedException e) {
        LOG.log(Level.DEBUG, "no control messages to worker {0}: it was lost just now", worker);
        return;
      }
    }
    open.control(messages);
  }

  @Override
  public void controlAsCallee(int worker, Consumer<Output> messages) {
    ServerConnection server = servers.get(worker);
    if (server != null && server.isOpen()) {
      server.control(messages);
    } else {
      controlAsCaller(worker, messages);
    }
  }

  @Override
  public void ended(Connection connection, boolean orderly, Throwable cause) {
    Optional<Route> route = all.remove(connection);
    if (route != null) {
      route.ifPresent(was -> sessions.forget(was.link()));
    }
    int worker = connection.peer();
    clients.computeIfPresent(worker, (_, present) -> present == connection ? null : present);
    servers.computeIfPresent(worker, (_, present) -> present == connection ? null : present);
    if (!closed && worker != local.self()) {
      listener.lost(
          worker,
          orderly ? "it left" : FailureText.of(cause),
          LossKind.of(connection.process(), orderly, cause));
    }
  }

  @Override
  public void declaredDead(Connection connection) {
    declaredDead(LocalEndpoint.declaredDead(connection.peerName()), connection.peer());
  }

  private void declaredDead(String why, int by) {
    if (!closed) {
      listener.declaredDeadBy(by, why);
    }
  }

  /** Makes sure that the loss of a worker will be noticed: connects to it if need be. */
  public void watch(int worker) {
    if (!clients.containsKey(worker) && !servers.containsKey(worker)) {
      try {
        client(worker);
      } catch (WorkerLostException | WorkerClosedException e) {
        LOG.log(Level.DEBUG, "worker {0} need not be watched any more", worker);
      }
    }
  }

  /**
   * Waits until everything that this worker has sent has arrived, on each connection that it
   * dialed.
   *
   * @throws io.farref.RpcTimeoutException if the time passes
   */
  public void awaitArrival(long timeoutNanos) {
    FlushProbe.awaitArrival(clients.values(), timeoutNanos);
  }

  /** A worker is about to be lost: from then on, calls to it say why. */
  public void loseBecause(int worker, String reason) {
    losses.putIfAbsent(worker, reason);
  }

  /** A worker is lost: ends the connections with it. */
  public void lose(int worker) {
    RuntimeException why = ended(worker);
    ClientConnection client = clients.get(worker);
    if (client != null) {
      client.fail(why);
    }
    ServerConnection server = servers.get(worker);
    if (server != null) {
      server.fail(why);
    }
  }

  /** The figures of the connections; the same object shows later changes. */
  public ConnectionStatistics statistics() {
    return new ConnectionStatistics(clients.values(), servers.values(), all);
  }

  int count() {
    return all.size();
  }

  boolean isClosed() {
    return closed;
  }

  /** Says goodbye on every connection and ends it. */
  public void leave() {
    closed = true;
    snapshot().forEach(Connection::leave);
  }

  /** This worker is about to close by itself: what fails from now on says why. */
  public void closeBecause(RuntimeException why) {
    failure = why;
  }

  /** Ends every connection. */
  public void close() {
    closed = true;
    // Those on which this worker calls first: when one on which it is called ends, the other worker
    // ends the rest, and calls would fail for that reason.
    AllSteps.run(
        snapshot().stream()
            .sorted(Comparator.comparing(ServerConnection.class::isInstance))
            .<Runnable>map(each -> () -> each.fail(closedException()))
            .toList());
  }

  private Collection<Connection> snapshot() {
    return Set.copyOf(all.keySet());
  }
}
