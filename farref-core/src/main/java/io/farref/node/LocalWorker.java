package io.farref.node;

import io.farref.Authorizer;
import io.farref.ConnectionInfo;
import io.farref.LeakReport;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.WorkerStats;
import io.farref.call.CallRuntime;
import io.farref.call.Deadlines;
import io.farref.call.Gatekeeper;
import io.farref.call.PromptnessTable;
import io.farref.call.RetriedCall;
import io.farref.call.Threads;
import io.farref.call.Timeouts;
import io.farref.call.Watchdog;
import io.farref.codec.AllowList;
import io.farref.codec.Codec;
import io.farref.codec.LibraryCodec;
import io.farref.facade.Facades;
import io.farref.group.Member;
import io.farref.group.Membership;
import io.farref.observe.Meters;
import io.farref.observe.ProcessIdentity;
import io.farref.ref.References;
import io.farref.spi.ValueCodec;
import io.farref.wire.Intake;
import io.farref.wire.Terms;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** {@link Worker}: puts the parts together. */
final class LocalWorker implements Worker {
  private static final System.Logger LOG = System.getLogger(LocalWorker.class.getPackageName());

  /** How often who waits to strike somebody off looks whether the worker is closed. */
  private static final long STRIKE_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final Options options;
  private final Membership membership;
  private final Member self;
  private final Meters meters = new Meters();
  private final Threads threads;
  private final Watchdog watchdog;
  private final Deadlines deadlines;
  private final PeerDirectory directory;
  private final Connections connections;
  private final References references;
  private final Gathering gathering;
  private final Acceptor acceptor;
  private final LossWatch losses;
  private final Quorum quorum;
  private final Set<Integer> givenUp = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What the builder knows and the worker needs. */
  record Options(
      Optional<String> secret,
      Duration rpcTimeout,
      Duration closeTimeout,
      Duration sessionTimeout,
      Limits limits,
      Overload onOverload,
      Routes routes,
      Consumer<LeakReport> onLeak,
      Optional<Authorizer> authorizer,
      List<String> allowed,
      ClassLoader loader) {}

  LocalWorker(Options options, Listening listening, Membership membership) {
    this.options = options;
    this.membership = membership;
    self = membership.self();
    threads = new Threads(self.name());
    losses = new LossWatch(threads);
    quorum = new Quorum(2 * options.sessionTimeout().toNanos());
    watchdog = new Watchdog(threads);
    deadlines = new Deadlines(threads);
    long timeoutNanos = Timeouts.nanos(options.rpcTimeout());
    directory = new PeerDirectory(member -> new GroupPeer(this, member, timeoutNanos));
    directory.add(self); // it may have been struck off already, of which it hears later
    directory.update(membership.members());
    connections =
        new Connections(
            membership.groupId(),
            options.secret(),
            options.routes(),
            directory,
            new Terms(
                options.sessionTimeout().toMillis(),
                ProcessIdentity.CURRENT,
                Intake.of(options.limits())),
            new Losses());
    references =
        new References(
            self.id(), directory, threads, connections, timeoutNanos, options.limits(), meters);
    gathering =
        new Gathering(self.id(), connections::watch, this::present, this::past, threads.calls());
    acceptor =
        new Acceptor(
            self.name(), listening, connections, threads, options.limits().maxConnections());
    connections.start(
        new CallRuntime(
            self.id(),
            self.name(),
            () -> this,
            new Codec(allowList(options.allowed()), options.limits(), codecs(), options.loader()),
            options.limits(),
            options.onOverload(),
            meters,
            threads,
            watchdog,
            deadlines,
            references,
            directory,
            new PromptnessTable(),
            options
                .authorizer()
                .map(given -> new Gatekeeper(self.name(), given, directory))
                .orElse(null)));
  }

  private static AllowList allowList(List<String> packages) {
    return new AllowList(
        packages.stream().filter(each -> !each.isEmpty()).toList(), packages.contains(""));
  }

  private static List<ValueCodec<?>> codecs() {
    List<ValueCodec<?>> codecs = new ArrayList<>(libraryCodecs());
    for (ValueCodec<?> each : ServiceLoader.load(ValueCodec.class)) {
      codecs.add(each);
    }
    return codecs;
  }

  /** How the library's own calls and answers travel. */
  static List<LibraryCodec<?>> libraryCodecs() {
    List<LibraryCodec<?>> codecs = new ArrayList<>(Facades.codecs());
    codecs.add(RetriedCall.codec());
    codecs.addAll(References.codecs());
    codecs.add(new Arrival.Codec());
    codecs.add(new Echo.Codec());
    return codecs;
  }

  void start() {
    acceptor.start();
    if (membership.isOpen()) {
      membership.onChange(this::changed);
    }
  }

  private void changed(List<Member> present) {
    if (present.stream().noneMatch(member -> member.id() == self.id())) {
      expelled("it was struck off the group");
      return;
    }
    for (int left : directory.update(present)) {
      lost(left, "it left", Fate.GONE);
    }
  }

  /** A worker is dead, cut off or has left. */
  private void lost(int worker, String why, Fate fate) {
    if (!directory.remove(worker)) {
      return;
    }
    Member member = directory.member(worker);
    if (!closing.get()) {
      LOG.log(Level.INFO, "worker {0} lost worker {1}: {2}", self.name(), member, why);
    }
    connections.lose(worker);
    references.workerLost(worker);
    losses.lost(
        worker,
        new WorkerLostException(
            "worker " + directory.name(worker) + " is lost: " + why, Execution.NOT_EXECUTED));
    if (membership.isOpen() && member != null && fate != Fate.ALIVE) {
      threads.call(() -> strikeOff(member, fate)); // the store may be slow
    }
    gathering.review();
  }

  private void strikeOff(Member member, Fate fate) {
    if (fate == Fate.UNREACHED) {
      quorum.lost(member.id(), System.nanoTime());
      long end = System.nanoTime() + options.sessionTimeout().toNanos() / 2;
      // Others may be about to be lost as well.
      while (!closed.get() && present().size() > 1 && end - System.nanoTime() > 0) {
        LockSupport.parkNanos(STRIKE_PAUSE);
      }
      if (!quorum.holds(present(), System.nanoTime())) {
        LOG.log(
            Level.WARNING,
            "worker {0} does not strike {1} off the group: it may itself be the one cut off",
            self.name(),
            member);
        return;
      }
    }
    if (!closed.get()) {
      membership.remove(member);
    }
  }

  /** What connections tell. */
  private final class Losses implements Connections.LossListener {
    @Override
    public void lost(int worker, String why, Fate fate) {
      LocalWorker.this.lost(worker, why, fate);
    }

    @Override
    public void givenUpBy(int worker, String why) {
      boolean news = !directory.isGone(worker);
      LocalWorker.this.lost(worker, why, Fate.ALIVE);
      if (news && givenUp.add(worker) && givenUp.size() >= present().size()) {
        expelled("workers " + givenUp.stream().map(directory::name).toList() + " took it for lost");
      }
    }
  }

  /** The others go on without this worker. */
  private void expelled(String why) {
    if (!closing.get()) {
      LOG.log(Level.WARNING, "worker {0} closes: {1}", self.name(), why);
      threads.call(this::closeNow);
    }
  }

  private Set<Integer> present() {
    return directory.present().stream().map(Member::id).collect(Collectors.toSet());
  }

  private Set<String> past() {
    return membership.isOpen()
        ? Set.of()
        : directory.past().stream().map(Member::name).collect(Collectors.toSet());
  }

  int id() {
    return self.id();
  }

  String groupId() {
    return membership.groupId();
  }

  boolean isOpenGroup() {
    return membership.isOpen();
  }

  Connections router() {
    return connections;
  }

  References references() {
    return references;
  }

  LossWatch losses() {
    return losses;
  }

  Gathering gathering() {
    return gathering;
  }

  PeerDirectory directory() {
    return directory;
  }

  Meters meters() {
    return meters;
  }

  @Override
  public String name() {
    return self.name();
  }

  @Override
  public int rank() {
    return self.rank();
  }

  @Override
  public Peer self() {
    return directory.peer(self.id());
  }

  @Override
  public Peer peer(String name) {
    return directory.peer(name);
  }

  @Override
  public Peer peer(int rank) {
    return directory.peerOfRank(rank);
  }

  @Override
  public List<Peer> peers() {
    return directory.peers();
  }

  @Override
  public <T> RRef<T> rref(T value) {
    checkOpen();
    return references.own(value);
  }

  @Override
  public void barrier() {
    checkOpen();
    new Meeting(this, 0).meet("barrier", 0);
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public WorkerStats stats() {
    return new WorkerStats(
        meters.callsSent.sum(),
        meters.callsServed.sum(),
        connections.pendingCalls(),
        connections.runningCalls(),
        connections.unansweredCalls(),
        connections.unansweredBytes(),
        connections.queuedBytes(),
        meters.callsDelayed.sum(),
        meters.callsRefused.sum(),
        meters.bytesSent.sum(),
        meters.bytesReceived.sum(),
        references.ownedCount(),
        references.heldCount());
  }

  @Override
  public List<ConnectionInfo> connections() {
    return connections.infos();
  }

  @Override
  public List<OwnedValue> ownedValues() {
    return references.owned();
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new WorkerClosedException(
          "worker " + self.name() + " is closed", Execution.NOT_EXECUTED);
    }
  }

  @Override
  public void close() {
    close(new Departure(this, options.onLeak(), Timeouts.nanos(options.closeTimeout()), true));
  }

  @Override
  public void close(Duration limit) {
    close(new Departure(this, options.onLeak(), Timeouts.nanos(limit), false));
  }

  private void close(Departure departure) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!closed.get()) {
        departure.run();
      }
    } finally {
      closeNow();
    }
  }

  @Override
  public void closeNow() {
    closing.set(true);
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    acceptor.close();
    connections.close();
    references.shutdown();
    membership.close();
    watchdog.stop();
    deadlines.stop();
    threads.close();
  }

  @Override
  public String toString() {
    return "Worker[" + self.name() + ", rank " + self.rank() + "]";
  }
}
