package io.farref.node;

import io.farref.Limits;
import io.farref.WorkerLostException;
import io.farref.call.CallRuntime;
import io.farref.call.DedupCall;
import io.farref.call.client.CallOptions;
import io.farref.call.server.CallAuthorization;
import io.farref.codec.AllowList;
import io.farref.codec.Codec;
import io.farref.codec.LibraryCodec;
import io.farref.exec.AllSteps;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.InlineHints;
import io.farref.exec.LossNotifier;
import io.farref.exec.Watchdog;
import io.farref.exec.WorkerThreads;
import io.farref.facade.Facades;
import io.farref.group.Member;
import io.farref.group.membership.Membership;
import io.farref.node.connect.Acceptor;
import io.farref.node.connect.Connections;
import io.farref.node.connect.FlushProbe;
import io.farref.node.connect.InboundHandshake;
import io.farref.node.connect.Listeners;
import io.farref.node.connect.LocalEndpoint;
import io.farref.node.connect.Members;
import io.farref.node.connect.SessionRegistry;
import io.farref.observe.Meters;
import io.farref.observe.ProcessIdentity;
import io.farref.ref.References;
import io.farref.spi.ValueCodec;
import io.farref.time.Durations;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.ReceiveLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The components of one worker: makes and connects them, starts and stops them in order. */
final class WorkerComponents {
  final Membership membership;
  final Members members = new Members();
  final Meters meters = new Meters();
  final WorkerThreads threads;
  final PeerDirectory directory;
  final Connections connections;
  final References references;
  final Map<Integer, WorkerLostException> lostWorkers = new ConcurrentHashMap<>();
  final LossNotifier<Integer> losses;
  final BarrierCoordinator barriers;
  private final Member self;
  final Watchdog watchdog;
  final DeadlineSweeper deadlines;
  private final LossHandler lossHandler;
  private final Acceptor acceptor;
  private final CallRuntime runtime;

  /**
   * Makes the components.
   *
   * @param worker given to the components, which do not use it before {@link #start}
   */
  WorkerComponents(
      LocalWorker worker, WorkerOptions options, Listeners listeners, Membership membership) {
    this.membership = membership;
    self = membership.self();
    threads = new WorkerThreads(self.name(), worker::failed);
    watchdog = new Watchdog(threads);
    deadlines = new DeadlineSweeper(threads);
    members.update(membership.members());
    members.add(self); // it may have been evicted already; that is noticed later
    CallOptions calls = CallOptions.once(Durations.timeoutNanos(options.rpcTimeout()));
    directory =
        new PeerDirectory(
            members,
            membership.isOpen() ? InboundHandshake.MEMBER_MILLIS : 0,
            member -> new GroupPeer(worker, member, calls));
    losses = new LossNotifier<>(threads.calls(), lostWorkers::get);
    lossHandler = new LossHandler(worker, new EvictionPolicy(worker, options.sessionTimeout()));
    LocalEndpoint local =
        new LocalEndpoint(
            membership.groupId(),
            options.secret(),
            self.id(),
            self.name(),
            new ConnectionSettings(
                options.sessionTimeout().toMillis(),
                ProcessIdentity.CURRENT,
                ReceiveLimits.of(options.limits())),
            options.transports(),
            members,
            threads);
    SessionRegistry sessions = new SessionRegistry();
    connections = new Connections(local, this::runtime, sessions, lossHandler);
    references =
        new References(
            self.id(), directory, threads, deadlines, connections, calls, options.limits(), meters);
    barriers =
        new BarrierCoordinator(
            self.id(),
            connections::watch,
            this::present,
            this::past,
            !membership.isOpen(),
            threads.calls());
    acceptor =
        new Acceptor(
            self.name(),
            listeners,
            connections,
            new InboundHandshake(local, sessions, connections),
            threads,
            options.limits().maxConnections());
    runtime =
        new CallRuntime(
            self.id(),
            self.name(),
            () -> worker,
            options.codec(),
            options.limits(),
            options.onOverload(),
            meters,
            threads,
            watchdog,
            deadlines,
            references,
            directory,
            new InlineHints(),
            options
                .authorizer()
                .map(given -> new CallAuthorization(self.name(), given, directory))
                .orElse(null));
  }

  private CallRuntime runtime() {
    return runtime;
  }

  /**
   * The codec of a worker.
   *
   * @param packages prefixes of the packages whose classes it accepts; an empty one means all
   */
  static Codec codec(List<String> packages, Limits limits, ClassLoader loader) {
    AllowList allowed =
        new AllowList(
            packages.stream().filter(each -> !each.isEmpty()).toList(), packages.contains(""));
    return new Codec(allowed, limits, codecs(), loader);
  }

  private static List<ValueCodec<?>> codecs() {
    List<ValueCodec<?>> codecs = new ArrayList<>(libraryCodecs());
    for (ValueCodec<?> each : ServiceLoader.load(ValueCodec.class)) {
      codecs.add(each);
    }
    return codecs;
  }

  /** The codecs of the library's own calls and answers. */
  static List<LibraryCodec<?>> libraryCodecs() {
    List<LibraryCodec<?>> codecs = new ArrayList<>(Facades.codecs());
    codecs.add(DedupCall.codec());
    codecs.addAll(References.codecs());
    codecs.add(new BarrierArrival.Codec());
    codecs.add(new FlushProbe.Codec());
    return codecs;
  }

  Member self() {
    return self;
  }

  /** The ids of the present members. */
  Set<Integer> present() {
    return members.present().stream().map(Member::id).collect(Collectors.toSet());
  }

  /** The names of the members of a fixed group that are no longer present. */
  private Set<String> past() {
    return membership.isOpen()
        ? Set.of()
        : members.past().stream().map(Member::name).collect(Collectors.toSet());
  }

  void start() {
    membership.onFailure(threads.onFailure());
    acceptor.start();
    if (membership.isOpen()) {
      membership.onChange(lossHandler::membersChanged);
    }
  }

  void stop() {
    AllSteps.run(
        List.of(
            acceptor::close,
            connections::close,
            () -> references.shutdown(connections.closedException()),
            membership::close,
            watchdog::stop,
            deadlines::stop,
            threads::close));
  }
}
