package io.farref.tests.chaos;

import io.farref.JoinException;
import io.farref.Peer;
import io.farref.RpcException;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.WorkerStats;
import io.farref.tests.chaos.Effects.Handed;
import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Mark;
import io.farref.tests.chaos.Journal.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process of the chaos run: a member of an open group that calls the others at random, serves
 * their calls, and joins again when it was evicted. It reads commands from its input, one a line.
 */
final class ChaosWorker {
  private static final long POLL_NANOS = 10_000_000;

  /** How long a supervisor waits before it restarts a process. */
  private static final long REJOIN_NANOS = 500_000_000;

  private static final long JUST_JOINED_NANOS = 1_000_000;

  private static final int MOST_KEPT = 200;

  private static @Nullable ChaosWorker instance;

  private final int node = Integer.getInteger("chaos.node");
  private final long process = Long.getLong("chaos.process");
  private final Path directory = Path.of(System.getProperty("chaos.directory"));
  private final Journal journal;
  private final PrintWriter failures;
  private final AtomicInteger calls = new AtomicInteger();
  private final ConcurrentLinkedQueue<Handed> kept = new ConcurrentLinkedQueue<>();
  private final List<Thread> load = new ArrayList<>();
  private volatile boolean quiet;
  private volatile boolean leaving;
  private volatile @Nullable Membership membership;
  private int joins;

  /** One membership of this process, from joining to leaving. */
  private record Membership(
      Worker worker,
      long incarnation,
      Map<Integer, Known> known,
      Map<Integer, Peer> asked,
      Map<Long, Integer> untold) {}

  /** Another process that has told its incarnation; the peer stands for that incarnation only. */
  private record Known(Peer peer, long incarnation) {}

  private ChaosWorker() throws IOException {
    journal = new Journal(directory.resolve("journal-" + process), Long.getLong("chaos.epoch"));
    failures =
        new PrintWriter(Files.newBufferedWriter(directory.resolve("failures-" + process)), true);
  }

  static ChaosWorker instance() {
    ChaosWorker made = instance;
    if (made == null) {
      throw new IllegalStateException("this is no process of a chaos run");
    }
    return made;
  }

  public static void main(String[] args) throws Exception {
    ChaosWorker worker = new ChaosWorker();
    instance = worker;
    worker.join();
    Thread.ofPlatform().daemon().name("monitor").start(ofTool(worker::monitor));
    for (int i = 0; i < Integer.getInteger("chaos.threads"); i++) {
      Load each = new Load(worker, worker.process * 100 + i, Long.getLong("chaos.pace"));
      worker.load.add(Thread.ofPlatform().daemon().name("load-" + i).start(ofTool(each)));
    }
    try {
      worker.obey();
    } catch (Throwable e) {
      say("FAULT " + ToolThread.inOneLine("thread 'main' died of " + ToolThread.trace(e)));
      System.exit(5);
    }
  }

  /** The code of a thread of the tool, whose death is reported. */
  private static Runnable ofTool(Runnable code) {
    return ToolThread.of(code, fault -> say("FAULT " + ToolThread.inOneLine(fault)));
  }

  private void obey() throws Exception {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      switch (line) {
        case "peers" -> say("PEERS " + peers());
        case "stats" -> say("STATS " + stats());
        case "owned" -> say("OWNED " + member().worker.ownedValues());
        case "quiet" -> {
          beQuiet();
          say("QUIET");
        }
        case "leave" -> {
          leave();
          return;
        }
        default -> throw new IllegalArgumentException(line);
      }
    }
    System.exit(4); // the controller is gone
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void leave() throws IOException {
    leaving = true;
    member().worker.close();
    journal.write(Mark.LEFT, Kind.NONE, Outcome.NONE, node, incarnation(), 0);
    journal.close();
    say("GONE");
  }

  private void beQuiet() throws InterruptedException {
    quiet = true;
    for (Thread each : load) {
      each.join();
    }
    for (Handed each = kept.poll(); each != null; each = kept.poll()) {
      each.box().close();
    }
  }

  private void join() {
    joins++;
    long incarnation = process << 8 | joins;
    Worker.Builder builder =
        Worker.builder()
            .name("n" + node)
            .rendezvous(System.getProperty("chaos.rendezvous"))
            .listen(System.getProperty("chaos.listen"))
            .secret(System.getProperty("chaos.secret"))
            .joinTimeout(Duration.ofSeconds(90))
            .rpcTimeout(Duration.ofSeconds(Integer.getInteger("chaos.rpcTimeout")));
    String advertise = System.getProperty("chaos.advertise");
    if (advertise != null) {
      builder.advertise(advertise);
    }
    Worker worker = builder.join();
    membership =
        new Membership(
            worker,
            incarnation,
            new ConcurrentHashMap<>(),
            new ConcurrentHashMap<>(),
            new ConcurrentHashMap<>());
    journal.write(Mark.JOINED, Kind.NONE, Outcome.NONE, node, incarnation, 0);
    say("JOINED " + incarnation);
  }

  private Membership member() {
    Membership now = membership;
    if (now == null) {
      throw new IllegalStateException("not joined yet");
    }
    return now;
  }

  long incarnation() {
    return member().incarnation;
  }

  /**
   * The membership of a worker of this process. A worker that has just joined may be called before
   * its membership is recorded here.
   */
  @SuppressWarnings("ReferenceEquality")
  long incarnationOf(Worker worker) {
    Membership now = membership;
    while (now == null || now.worker != worker) {
      if (Thread.interrupted()) {
        throw new IllegalStateException("asked as a worker that this process is not (yet)");
      }
      LockSupport.parkNanos(JUST_JOINED_NANOS);
      now = membership;
    }
    return now.incarnation;
  }

  int node() {
    return node;
  }

  Journal journal() {
    return journal;
  }

  boolean isQuiet() {
    return quiet;
  }

  static int node(Peer peer) {
    return Integer.parseInt(peer.name().substring(1));
  }

  long newId() {
    return process << 32 | calls.incrementAndGet();
  }

  /** The other processes that have told their incarnations. */
  List<Peer> others() {
    return member().known.values().stream().map(Known::peer).toList();
  }

  void issued(Kind kind, int peer, long id, long extra) {
    journal.write(Mark.ISSUED, kind, Outcome.NONE, peer, id, extra);
  }

  void ended(Kind kind, int peer, long id, Outcome outcome) {
    journal.write(Mark.ENDED, kind, outcome, peer, id, 0);
  }

  /** Waits for a call to end and records its outcome. Returns whether it had its value. */
  boolean end(Kind kind, int peer, long id, Callable<Long> action) {
    List<@Nullable Throwable> failure = new ArrayList<>(1);
    Outcome outcome = Load.await(id, action, failure);
    ended(kind, peer, id, outcome);
    if (outcome != Outcome.VALUE) {
      failures.printf(
          "%d ms: %s %x to n%d: %s %s%n", journal.now(), kind, id, peer, outcome, failure);
    }
    return outcome == Outcome.VALUE;
  }

  void keep(Handed handed) {
    kept.add(handed);
    if (kept.size() > MOST_KEPT || quiet) {
      Handed oldest = kept.poll();
      if (oldest != null) {
        oldest.box().close();
      }
    }
  }

  @Nullable Handed takeKept() {
    return kept.poll();
  }

  /** Uses a reference that another process passed on, and releases it. */
  void use(Handed handed) {
    long id = newId();
    int owner = handed.owner();
    issued(Kind.USE, owner, id, handed.history());
    end(
        Kind.USE,
        owner,
        id,
        () -> handed.box().<Long, RuntimeException>rpcSync(box -> box.use(id)));
    handed.box().close();
  }

  /** Records which peers come and go, and joins again when this process was evicted. */
  private void monitor() {
    while (!leaving) {
      Membership now = member();
      if (Boolean.getBoolean("chaos.brokenMonitor")) {
        throw new IllegalStateException("broken on purpose");
      }
      if (isExpelled(now.worker)) {
        if (!rejoin(now)) {
          return;
        }
        continue;
      }
      List<Peer> present = now.worker.peers();
      now.known.forEach(
          (_, known) -> {
            if (present.stream().noneMatch(each -> each == known.peer)) {
              now.known.remove(node(known.peer), known);
            }
          });
      for (Peer each : present) {
        if (!each.isSelf() && now.asked.put(node(each), each) != each) {
          Thread.ofVirtual().name("identify").start(ofTool(() -> identify(now, each)));
        }
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Whether this worker has closed because the others declared it dead. */
  private boolean isExpelled(Worker worker) {
    try {
      worker.self().runSync(() -> {});
      return false;
    } catch (RpcException e) { // a call to oneself fails only then
      return !leaving;
    }
  }

  /** Returns whether it could join. */
  private boolean rejoin(Membership before) {
    before.untold.forEach((incarnation, other) -> lost(before, other, incarnation));
    journal.write(Mark.LEFT, Kind.NONE, Outcome.NONE, node, before.incarnation, 0);
    for (Handed each = kept.poll(); each != null; each = kept.poll()) {
      each.box().close();
    }
    before.worker.closeNow();
    LockSupport.parkNanos(REJOIN_NANOS);
    try {
      join();
      return true;
    } catch (JoinException e) {
      say("UNJOINED " + ToolThread.inOneLine(ToolThread.trace(e)));
      return false;
    }
  }

  private void identify(Membership now, Peer peer) {
    while (now.asked.get(node(peer)) == peer && now == membership) {
      try {
        long incarnation =
            peer.withTimeout(Duration.ofSeconds(1))
                .<Long, RuntimeException>rpcSync(Effects::incarnation);
        now.known.put(node(peer), new Known(peer, incarnation));
        journal.write(Mark.SAW, Kind.NONE, Outcome.NONE, node(peer), incarnation, 0);
        now.untold.put(incarnation, node(peer));
        peer.onLost(_ -> lost(now, node(peer), incarnation));
        return;
      } catch (RpcTimeoutException e) {
        failures.printf("%d ms: %s has not told its incarnation yet%n", journal.now(), peer);
      } catch (RuntimeException e) {
        failures.printf("%d ms: %s did not tell its incarnation: %s%n", journal.now(), peer, e);
        return;
      }
    }
  }

  /** Records a loss that was reported, or that follows from this worker's own eviction. */
  private void lost(Membership now, int other, long incarnation) {
    if (now.untold.remove(incarnation) != null) {
      journal.write(Mark.LOST, Kind.NONE, Outcome.NONE, other, incarnation, 0);
    }
  }

  private String peers() {
    Membership now = member();
    StringBuilder all = new StringBuilder();
    now.known.forEach(
        (other, known) -> all.append(other).append('=').append(known.incarnation).append(' '));
    return all.append(node).append('=').append(now.incarnation).toString();
  }

  /** The calls and references of this process, and the resources that it uses. */
  private String stats() throws IOException {
    System.gc();
    WorkerStats now = member().worker.stats();
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().startsWith("farref-"))
            .count();
    long descriptors;
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      descriptors = open.count();
    }
    long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    return "%d %d %d %d %d %d %d"
        .formatted(
            now.callsPending(),
            now.callsRunning(),
            now.valuesOwned(),
            now.referencesHeld(),
            threads,
            descriptors,
            heap);
  }
}
