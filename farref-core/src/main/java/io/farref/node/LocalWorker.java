package io.farref.node;

import io.farref.ConnectionInfo;
import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.WorkerStats;
import io.farref.exec.LossNotifier;
import io.farref.exec.WorkerThreads;
import io.farref.group.Member;
import io.farref.group.membership.Membership;
import io.farref.node.connect.ConnectionStatistics;
import io.farref.node.connect.Connections;
import io.farref.node.connect.Listeners;
import io.farref.node.connect.Members;
import io.farref.observe.FailureText;
import io.farref.observe.Meters;
import io.farref.ref.References;
import io.farref.time.Durations;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Worker}: the application's calls, and the state of the close. */
final class LocalWorker implements Worker {
  private static final System.Logger LOG = System.getLogger(LocalWorker.class.getPackageName());

  private final WorkerOptions options;
  private final Member self;
  private final WorkerComponents components;
  private final BarrierTurns barrierTurns = new BarrierTurns(this);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private volatile boolean started;

  LocalWorker(WorkerOptions options, Listeners listeners, Membership membership) {
    this.options = options;
    self = membership.self();
    components = new WorkerComponents(this, options, listeners, membership);
  }

  void start() {
    components.start();
    started = true;
    if (failure.get() != null) {
      closeBecauseItFailed();
    }
  }

  /**
   * A thread of this worker has ended by an error. Calls could wait for what it should have done,
   * so the worker closes, and they fail with that error. Called on that thread.
   */
  void failed(Thread thread, Throwable cause) {
    String why = "its thread " + thread.getName() + " failed: " + FailureText.of(cause);
    if (closed.get() || !failure.compareAndSet(null, new IllegalStateException(why, cause))) {
      LOG.log(Level.WARNING, "worker " + self.name() + ", which is closed: " + why, cause);
      return;
    }
    try {
      LOG.log(Level.ERROR, "worker " + self.name() + " closes: " + why, cause);
    } finally {
      if (started) {
        closeBecauseItFailed();
      }
    }
  }

  private void closeBecauseItFailed() {
    RuntimeException why = failure.get();
    if (why != null) {
      router().closeBecause(why);
    }
    try {
      threads().call(this::closeNow);
    } catch (RuntimeException | Error e) { // no thread can be started
      closeNow();
    }
  }

  int id() {
    return self.id();
  }

  String groupId() {
    return membership().groupId();
  }

  boolean isOpenGroup() {
    return membership().isOpen();
  }

  Membership membership() {
    return components.membership;
  }

  Members members() {
    return components.members;
  }

  /** The ids of the present members. */
  Set<Integer> present() {
    return components.present();
  }

  WorkerThreads threads() {
    return components.threads;
  }

  Connections router() {
    return components.connections;
  }

  References references() {
    return components.references;
  }

  /** Why each lost worker is lost. */
  Map<Integer, WorkerLostException> lostWorkers() {
    return components.lostWorkers;
  }

  LossNotifier<Integer> losses() {
    return components.losses;
  }

  BarrierCoordinator barriers() {
    return components.barriers;
  }

  PeerDirectory directory() {
    return components.directory;
  }

  Meters meters() {
    return components.meters;
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
    return directory().peer(self.id());
  }

  @Override
  public Peer peer(String name) {
    return directory().peer(name);
  }

  @Override
  public Peer peer(int rank) {
    return directory().peerOfRank(rank);
  }

  @Override
  public List<Peer> peers() {
    return directory().peers();
  }

  @Override
  public <T> RRef<T> rref(T value) {
    checkOpen();
    return references().own(value);
  }

  @Override
  public void barrier() {
    barrierTurns.await();
  }

  @Override
  public WorkerStats stats() {
    Meters meters = meters();
    ConnectionStatistics connections = router().statistics();
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
        references().ownedCount(),
        references().heldCount());
  }

  @Override
  public List<ConnectionInfo> connections() {
    return router().statistics().infos();
  }

  @Override
  public List<OwnedValue> ownedValues() {
    return references().owned();
  }

  void checkOpen() {
    if (closed.get()) {
      throw router().closedException();
    }
  }

  /** Whether it is closed, or about to be. */
  boolean isClosing() {
    return closing.get();
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  /** The others continue without this worker, so it closes. Does not wait. */
  void expelled(String why) {
    if (!closing.get()) {
      LOG.log(Level.WARNING, "worker {0} closes: {1}", self.name(), why);
      threads().call(this::closeNow);
    }
  }

  @Override
  public void close() {
    close(
        new GracefulShutdown(
            this, options.onLeak(), Durations.timeoutNanos(options.closeTimeout()), true));
  }

  @Override
  public void close(Duration limit) {
    close(new GracefulShutdown(this, options.onLeak(), Durations.timeoutNanos(limit), false));
  }

  private void close(GracefulShutdown shutdown) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!closed.get()) {
        shutdown.run();
      }
    } finally {
      closeNow();
    }
  }

  @Override
  public void closeNow() {
    closing.set(true);
    if (closed.compareAndSet(false, true)) {
      components.stop();
    }
  }

  @Override
  public String toString() {
    return "Worker[" + self.name() + ", rank " + self.rank() + "]";
  }
}
