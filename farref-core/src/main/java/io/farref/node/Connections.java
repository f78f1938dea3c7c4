package io.farref.node;

import io.farref.ConnectionInfo;
import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.bytes.Output;
import io.farref.call.CallRuntime;
import io.farref.call.ClientConnection;
import io.farref.call.Connection;
import io.farref.call.Opened;
import io.farref.call.PendingCall;
import io.farref.call.Request;
import io.farref.call.Router;
import io.farref.call.ServerConnection;
import io.farref.call.UnreachableException;
import io.farref.group.Member;
import io.farref.spi.Link;
import io.farref.tls.TlsLink;
import io.farref.transport.InProcessTransport;
import io.farref.transport.LocalAddress;
import io.farref.wire.CallHead;
import io.farref.wire.Handshake;
import io.farref.wire.Hello;
import io.farref.wire.RejectedException;
import io.farref.wire.SessionId;
import io.farref.wire.SessionOverException;
import io.farref.wire.SessionRequest;
import io.farref.wire.Terms;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one worker: one to each worker it calls, dialed on first use, one from each
 * worker that calls it. The end of any connection to a worker is the end of that worker.
 * Thread-safe.
 */
final class Connections implements Router, Connection.Listener {
  private static final System.Logger LOG = System.getLogger(Connections.class.getPackageName());
  static final long DIAL_TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  /**
   * What can be dialed again is there soon, or the next attempt does better: the longer a network
   * drops what one says, the rarer TCP says it again.
   */
  private static final long ATTEMPT_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

  private static final long DIAL_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private final String groupId;
  private final Optional<String> secret;
  private final Routes routes;
  private final PeerDirectory directory;
  private final LossListener listener;
  private final Terms terms;
  private final Sessions sessions = new Sessions();
  private final Map<Integer, ClientConnection> clients = new ConcurrentHashMap<>();
  private final Map<Integer, ServerConnection> servers = new ConcurrentHashMap<>();

  /** How each came about: empty while it is being dialed, and for the one to oneself. */
  private final Map<Connection, Optional<Way>> all = new ConcurrentHashMap<>();

  private volatile @Nullable CallRuntime runtime;
  private volatile boolean closed;

  /** Hears of each lost worker. */
  interface LossListener {
    void lost(int worker, String why, Fate fate);

    /** That worker took this one for lost. */
    void givenUpBy(int worker, String why);
  }

  Connections(
      String groupId,
      Optional<String> secret,
      Routes routes,
      PeerDirectory directory,
      Terms terms,
      LossListener listener) {
    this.groupId = groupId;
    this.secret = secret;
    this.routes = routes;
    this.directory = directory;
    this.listener = listener;
    this.terms = terms;
  }

  /** Comes before anything else: connections need the runtime, which needs this router. */
  void start(CallRuntime ready) {
    runtime = ready;
  }

  private CallRuntime runtime() {
    CallRuntime ready = runtime;
    if (ready == null) {
      throw new IllegalStateException("not started");
    }
    return ready;
  }

  @Override
  public ClientConnection client(int worker) {
    ClientConnection open = clients.get(worker);
    if (open != null && open.isOpen()) {
      return open;
    }
    checkReachable(worker);
    ClientConnection client = clients.computeIfAbsent(worker, this::dial);
    if (closed || directory.isGone(worker)) {
      client.fail(ended(worker)); // lost while it was being made
    }
    return client;
  }

  private void checkReachable(int worker) {
    if (closed || directory.isGone(worker)) {
      throw ended(worker);
    }
  }

  private RuntimeException ended(int worker) {
    return closed
        ? new WorkerClosedException(
            "worker " + runtime().name() + " is closed", Execution.NOT_EXECUTED)
        : new WorkerLostException(
            "worker " + directory.name(worker) + " is lost or has left", Execution.NOT_EXECUTED);
  }

  private ClientConnection dial(int worker) {
    ClientConnection client = new ClientConnection(runtime(), worker, this);
    all.put(client, Optional.empty());
    client.start(() -> worker == runtime().self() ? loopBack() : connect(client, worker));
    return client;
  }

  private Opened connect(ClientConnection client, int worker) throws IOException {
    // Others may have heard of it first, and passed on a reference to what it owns.
    boolean known = directory.awaitMember(worker, TimeUnit.NANOSECONDS.toMillis(firstPatience()));
    Member member = directory.member(worker);
    if (!known || member == null) {
      throw new UnreachableException("no address of worker " + worker + " is known");
    }
    Session session =
        new Session(
            SessionId.random(),
            worker,
            member.address(),
            runtime().threads(),
            request -> redial(member, request));
    Reached reached = reach(client, member, session);
    Way way = reached.way();
    if (way.isResumable()) {
      session.attach(
          way.link(),
          session.attempt(),
          reached.welcome().arrived(),
          reached.welcome().terms().process());
      way = way.through(session.link());
    }
    LOG.log(
        Level.DEBUG,
        "worker {0} reaches worker {1} by {2}{3}",
        runtime().name(),
        member.name(),
        way.link(),
        way.fallback().map(why -> ", not by " + why).orElse(""));
    all.replace(client, Optional.of(way)); // unless it has ended meanwhile
    return opened(way.link(), reached.welcome().terms());
  }

  /** The first time: until the other side answers, its machine is ours and says no, or too late. */
  private Reached reach(ClientConnection client, Member member, Session session)
      throws IOException {
    long end = System.nanoTime() + firstPatience();
    long limit = routes.areResumable() ? ATTEMPT_TIMEOUT : DIAL_TIMEOUT;
    while (true) {
      try {
        return routes.connect(
            member.address(),
            limit,
            (link, resumable) ->
                greet(
                    link,
                    member,
                    resumable ? Optional.of(session.request()) : Optional.empty(),
                    limit));
      } catch (SessionOverException e) {
        throw givenUp(member, e);
      } catch (IOException e) {
        boolean dead =
            e instanceof ConnectException && LocalAddress.isOfThisMachine(member.address());
        if (dead || !routes.areResumable() || !client.isOpen()) {
          throw e;
        }
        if (end - System.nanoTime() <= 0) {
          throw new UnreachableException(e);
        }
        LOG.log(Level.DEBUG, () -> member + " cannot be reached yet", e);
        LockSupport.parkNanos(DIAL_PAUSE);
      }
    }
  }

  private long firstPatience() {
    long silence = TimeUnit.MILLISECONDS.toNanos(terms.silenceMillis());
    return silence == 0 ? DIAL_TIMEOUT : silence;
  }

  private Reached redial(Member member, SessionRequest request) throws IOException {
    try {
      return routes.reconnect(
          member.address(),
          ATTEMPT_TIMEOUT,
          (link, _) -> greet(link, member, Optional.of(request), ATTEMPT_TIMEOUT));
    } catch (SessionOverException e) {
      throw givenUp(member, e);
    }
  }

  private Welcome greet(
      Link link, Member member, Optional<SessionRequest> session, long timeoutNanos)
      throws IOException {
    Hello hello = new Hello(groupId, runtime().self(), member.id(), session, terms);
    return Handshake.dial(link, hello, secret, routes.assurance(link, directory), timeoutNanos);
  }

  private IOException givenUp(Member member, SessionOverException e) {
    if (e.isGivenUp() && !closed) {
      listener.givenUpBy(member.id(), String.valueOf(e.getMessage()));
    }
    return e;
  }

  private Opened opened(Link link, Terms theirs) {
    long silence = TimeUnit.MILLISECONDS.toNanos(terms.silenceWith(theirs));
    return new Opened(link, silence, theirs);
  }

  /** Calls to oneself go through a link too, so that they are like any other. */
  private Opened loopBack() {
    Link[] ends = InProcessTransport.pair();
    serve(runtime().self(), new Opened(ends[1], 0, terms), Optional.empty());
    return new Opened(ends[0], 0, terms);
  }

  /** Shakes hands with whoever dialed, and serves it. */
  void accept(Way way, long timeoutNanos) throws IOException {
    AtomicReference<Session> admitted = new AtomicReference<>();
    Hello hello;
    try {
      hello =
          Handshake.accept(
              way.link(),
              groupId,
              runtime().self(),
              secret,
              routes.assurance(way.link(), directory),
              said -> admit(said, way, admitted),
              timeoutNanos);
    } catch (IOException | RuntimeException e) {
      Session session = admitted.get();
      if (session != null && session.isStillborn()) {
        sessions.forget(session);
      }
      throw e;
    }
    if (way.link() instanceof TlsLink encrypted) {
      directory.certify(hello.from(), encrypted.certificate());
    }
    Session session = admitted.get();
    if (session == null) {
      serve(hello.from(), opened(way.link(), hello.terms()), Optional.of(way));
      return;
    }
    SessionRequest asked = hello.session().orElseThrow();
    if (session.attach(way.link(), asked.attempt(), asked.arrived(), hello.terms().process())) {
      Way lasting = way.through(session.link());
      serve(hello.from(), opened(lasting.link(), hello.terms()), Optional.of(lasting));
    }
  }

  private Welcome admit(Hello hello, Way way, AtomicReference<Session> admitted)
      throws RejectedException {
    int worker = hello.from();
    if (!directory.awaitMember(worker, TimeUnit.SECONDS.toMillis(5))) {
      throw directory.isGone(worker)
          ? new RejectedException(RejectedException.Kind.GIVEN_UP, tookForLost(runtime().name()))
          : new RejectedException(
              RejectedException.Kind.REFUSED, "worker " + worker + " is not in the group");
    }
    if (hello.session().isEmpty()) {
      return new Welcome(0, terms);
    }
    SessionRequest asked = hello.session().get();
    Session session =
        asked.begun()
            ? sessions.find(asked.id())
            : sessions.findOrMake(
                asked.id(),
                id ->
                    new Session(id, worker, way.link().remoteAddress(), runtime().threads(), null));
    if (session == null || session.worker() != worker || closed) {
      throw new RejectedException(
          RejectedException.Kind.SESSION_OVER,
          "worker " + runtime().name() + " has ended the session");
    }
    admitted.set(session);
    return new Welcome(session.admit(asked), terms);
  }

  private void serve(int worker, Opened opened, Optional<Way> way) {
    ServerConnection server = new ServerConnection(runtime(), worker, this);
    all.put(server, way);
    servers.put(worker, server);
    server.start(opened);
    if (closed || directory.isGone(worker)) {
      server.fail(ended(worker));
      opened.link().close(); // nobody may be left to read it, and so to close it
    }
  }

  @Override
  public void controlAsCaller(int worker, Consumer<Output> messages) {
    ClientConnection open = clients.get(worker);
    if (open == null) {
      if (closed || directory.isGone(worker)) {
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
    Optional<Way> way = all.remove(connection);
    if (way != null) {
      way.ifPresent(was -> sessions.forget(was.link()));
    }
    int worker = connection.peer();
    clients.computeIfPresent(worker, (_, present) -> present == connection ? null : present);
    servers.computeIfPresent(worker, (_, present) -> present == connection ? null : present);
    if (!closed && worker != runtime().self()) {
      listener.lost(
          worker,
          orderly ? "it left" : String.valueOf(cause.getMessage()),
          Fate.of(connection.process(), orderly, cause));
    }
  }

  @Override
  public void givenUp(Connection connection) {
    if (!closed) {
      listener.givenUpBy(connection.peer(), tookForLost(connection.peerName()));
    }
  }

  private static String tookForLost(String name) {
    return "worker " + name + " took this worker for lost";
  }

  /** Sees to it that the loss of a worker will be noticed: connects to it, if nothing does. */
  void watch(int worker) {
    if (!clients.containsKey(worker) && !servers.containsKey(worker)) {
      try {
        client(worker);
      } catch (WorkerLostException | WorkerClosedException e) {
        LOG.log(Level.DEBUG, "worker {0} need not be watched any more", worker);
      }
    }
  }

  /**
   * Waits until all that this worker has sent has arrived, on each connection that it dialed.
   *
   * @throws io.farref.RpcTimeoutException if the time passes
   */
  void awaitArrival(long timeoutNanos) {
    List<PendingCall<@Nullable Void>> echoes = new ArrayList<>();
    for (ClientConnection each : clients.values()) {
      echoes.add(
          each.call(Request.onWorker(new Echo(), CallHead.VOID | CallHead.SYSTEM, timeoutNanos)));
    }
    for (PendingCall<@Nullable Void> each : echoes) {
      try {
        each.<RuntimeException>await();
      } catch (WorkerLostException e) {
        LOG.log(Level.DEBUG, "what was under way to a lost worker will not arrive", e);
      }
    }
  }

  /** A worker is lost: ends what connects to it. */
  void lose(int worker) {
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

  /** Calls from this worker for which somebody waits. */
  long pendingCalls() {
    return clients.values().stream().mapToLong(ClientConnection::pendingCalls).sum();
  }

  /** Calls to this worker for which somebody waits. */
  long runningCalls() {
    return servers.values().stream().mapToLong(ServerConnection::runningCalls).sum();
  }

  /** Calls whose room at the other workers is not free again. */
  long unansweredCalls() {
    return clients.values().stream().mapToLong(ClientConnection::unansweredCalls).sum();
  }

  /** The bytes of those calls. */
  long unansweredBytes() {
    return clients.values().stream().mapToLong(ClientConnection::unansweredBytes).sum();
  }

  /** What waits to be written. */
  long queuedBytes() {
    return all.keySet().stream().mapToLong(Connection::queuedBytes).sum();
  }

  /** What is open to other workers, by name, what was dialed first. */
  List<ConnectionInfo> infos() {
    List<ConnectionInfo> infos = new ArrayList<>();
    all.forEach(
        (each, way) ->
            way.ifPresent(
                found -> infos.add(found.info(each.peerName(), each instanceof ClientConnection))));
    infos.sort(
        Comparator.comparing(ConnectionInfo::peer)
            .thenComparing(ConnectionInfo::dialed, Comparator.reverseOrder()));
    return List.copyOf(infos);
  }

  int count() {
    return all.size();
  }

  /** Says goodbye on every connection and ends it. */
  void leave() {
    closed = true;
    snapshot().forEach(Connection::leave);
  }

  /** Ends every connection. */
  void close() {
    closed = true;
    snapshot()
        .forEach(
            each ->
                each.fail(
                    new WorkerClosedException(
                        "worker " + runtime().name() + " was closed", Execution.NOT_EXECUTED)));
  }

  private Collection<Connection> snapshot() {
    return Set.copyOf(all.keySet());
  }
}
