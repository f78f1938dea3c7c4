package io.farref.tests.chaos;

import io.farref.tests.chaos.ChaosNetwork.OneWay;
import io.farref.tests.chaos.Fault.Event;
import io.farref.tests.chaos.Fault.Scope;
import io.farref.tests.chaos.Nodes.Stats;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The chaos run: processes call each other at random while their network is cut and they are
 * stopped, killed and restarted; then an oracle reads the journals that they wrote. {@code
 * dev/chaos} starts it.
 */
final class Chaos {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  /** How many more a process may have at the end than when it had just started up. */
  private static final int MORE_FILES = 10;

  private static final int MORE_THREADS = 34;

  /** How long after a fault processes that can reach each other have connected again. */
  private static final int CALM_MILLIS = 2_000;

  private final Options options;
  private final PrintStream out;
  private final Path directory;
  private final long epoch = System.currentTimeMillis();
  private final Random random;
  private final ChaosNetwork network;
  private final Nodes nodes;
  private final List<Event> events = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final List<Fault> deck = new ArrayList<>();

  // Start and end of the present outage, which a process may see as silence of a peer.
  private int outageFrom;
  private int outageTo;

  /** From when on losses are expected, because the workers leave. */
  private int leftAt = Integer.MAX_VALUE;

  private Chaos(Options options, ChaosNetwork network, Path directory, PrintStream out) {
    this.options = options;
    this.network = network;
    this.directory = directory;
    this.out = out;
    random = new Random(options.seed());
    nodes = new Nodes(options, network, directory, epoch);
  }

  public static void main(String[] args) throws Exception {
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(
        options.seeds() > 0
            ? new Seeds(options, Options::freshSeed, each -> run(each, System.out)).run(System.out)
            : runOnce(options));
  }

  private static int runOnce(Options options) throws IOException, InterruptedException {
    Report report = run(options, System.out);
    System.out.println();
    System.out.println(report.markdown());
    return report.exitCode();
  }

  /** Makes a run. Keeps the files of a run that found a violation. */
  static Report run(Options options, PrintStream out) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("farref-chaos");
    Report report;
    try (ChaosNetwork network = ChaosNetwork.of(options.workers(), options.namespaces())) {
      Chaos chaos = new Chaos(options, network, directory, out);
      Thread cleaner = new Thread(chaos::abandon);
      Runtime.getRuntime().addShutdownHook(cleaner);
      try {
        report = chaos.run();
      } finally {
        chaos.nodes.close();
        Runtime.getRuntime().removeShutdownHook(cleaner);
      }
    }
    if (report.exitCode() == 0 || options.brokenMonitor()) {
      delete(directory);
    } else {
      out.println("chaos: journals and logs are in " + directory);
    }
    return report;
  }

  /** This process is terminated: removes everything that belongs to the run. */
  private void abandon() {
    nodes.close();
    try {
      network.close();
    } catch (IOException e) {
      out.println("chaos: something is left: " + e.getMessage());
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private int now() {
    return (int) (System.currentTimeMillis() - epoch);
  }

  private void say(String what) {
    out.printf("chaos %7.1f s: %s%n", now() / 1e3, what);
  }

  private Report run() throws IOException, InterruptedException {
    say(
        options.workers()
            + " processes, "
            + network.describe()
            + ", seed "
            + options.seed()
            + ", session timeout "
            + options.sessionTimeout());
    for (int node = 0; node < options.workers(); node++) {
      nodes.start(node);
    }
    boolean settled = settled("the start");
    int begun = now();
    long end = System.nanoTime() + options.length().toNanos();
    while (settled && System.nanoTime() < end) {
      pause(uniform(300, 1_500));
      settled = inject(draw());
    }
    int ended = now();
    if (settled) {
      windDown();
    } else {
      events.add(new Event(Fault.STRETCHED, List.of(), ended, ended, Integer.MAX_VALUE));
    }
    nodes.close();
    say("the oracle reads");
    Oracle oracle = new Oracle(options, nodes.history(), events, leftAt);
    oracle.read(directory);
    oracle.check();
    violations.addAll(nodes.violations());
    violations.addAll(oracle.violations());
    List<String> faults = nodes.faults();
    Report report =
        new Report(
            options,
            network.describe(),
            ended - begun,
            events,
            oracle,
            faults.isEmpty() ? List.copyOf(violations) : List.of(),
            faults);
    out.println(report.text());
    return report;
  }

  private boolean settled(String after) throws IOException, InterruptedException {
    String missing = nodes.settle();
    if (!nodes.faults().isEmpty()) {
      say("ends, because a thread of this tool has died");
      return false;
    }
    if (!missing.isEmpty()) {
      violations.add("after " + after + " not everybody found everybody: " + missing);
      say(violations.getLast());
    }
    return missing.isEmpty();
  }

  private Fault draw() {
    if (deck.isEmpty()) {
      for (Fault each : options.faults()) {
        deck.addAll(Collections.nCopies(each.cards, each));
      }
      Collections.shuffle(deck, random);
    }
    return deck.removeLast();
  }

  /** Waits for the full time: a park may end early for no reason. */
  private static void pause(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    for (long left = millis * 1_000_000; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private long uniform(long min, long max) {
    return min + (long) ((max - min) * random.nextDouble());
  }

  private long shortTime() {
    return (long) (100 * Math.pow(longestOutage() / 100.0, random.nextDouble()));
  }

  private long longestOutage() {
    return (long) (0.6 * options.sessionTimeout().toMillis());
  }

  /** Short faults without time to recover between them count as one outage, and it stays short. */
  private void keepShort(long length) {
    if (now() + length - outageFrom > longestOutage()) {
      pause(Math.max(0, outageTo + CALM_MILLIS - now()));
    }
    if (now() - outageTo >= CALM_MILLIS) {
      outageFrom = now();
    }
  }

  private long longTime() {
    long timeout = options.sessionTimeout().toMillis();
    return uniform(timeout + Oracle.MARGIN_MILLIS, Math.max(3 * timeout, timeout + 8_000));
  }

  /** Injects one fault. Returns whether the processes recovered. */
  private boolean inject(Fault fault) throws IOException, InterruptedException {
    int node = random.nextInt(options.workers());
    int other = (node + 1 + random.nextInt(options.workers() - 1)) % options.workers();
    long length = fault.isLong() ? longTime() : shortTime();
    List<Integer> half = half();
    long restart = uniform(0, 3_000);
    if (!fault.isLong()) {
      keepShort(length);
    }
    List<Integer> whom =
        switch (fault) {
          case PARTITION, LONG_PARTITION -> half;
          case ONE_WAY -> List.of(node, other);
          default -> List.of(node);
        };
    say(
        fault
            + " "
            + whom
            + (fault == Fault.RESET || fault == Fault.KILL ? "" : " " + length + " ms"));
    int start = now();
    switch (fault) {
      case RESET -> network.reset(node);
      case CUT, LONG_CUT -> {
        network.isolate(node);
        pause(length);
        network.heal();
      }
      case PARTITION, LONG_PARTITION -> {
        network.block(between(half));
        pause(length);
        network.heal();
      }
      case ONE_WAY -> {
        network.block(List.of(new OneWay(node, other)));
        pause(length);
        network.heal();
      }
      case STOP, LONG_STOP -> {
        nodes.at(node).signal("STOP");
        pause(length);
        nodes.at(node).signal("CONT");
      }
      case KILL -> {
        nodes.at(node).kill();
        pause(restart);
        nodes.start(node);
      }
      case STRETCHED -> throw new IllegalArgumentException("nobody orders this");
    }
    int end = now();
    outageTo = end;
    boolean stretched =
        fault.scope == Scope.NONE && end - start > 0.85 * options.sessionTimeout().toMillis();
    Fault actual = stretched ? Fault.STRETCHED : fault;
    boolean settled = actual.scope == Scope.NONE || settled(fault + " " + whom);
    events.add(new Event(actual, whom, start, end, now()));
    return settled;
  }

  /** The paths in both directions between some nodes and the others. */
  private List<OneWay> between(List<Integer> half) {
    List<OneWay> paths = new ArrayList<>();
    for (int a : half) {
      for (int b = 0; b < options.workers(); b++) {
        if (!half.contains(b)) {
          paths.add(new OneWay(a, b));
          paths.add(new OneWay(b, a));
        }
      }
    }
    return paths;
  }

  /** A random proper subset of the nodes, not empty. */
  private List<Integer> half() {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < options.workers(); i++) {
      all.add(i);
    }
    Collections.shuffle(all, random);
    return List.copyOf(all.subList(0, 1 + random.nextInt(options.workers() - 1)));
  }

  /** Stops the load: all calls must end, all values be freed, and all processes leave in order. */
  private void windDown() throws IOException, InterruptedException {
    settled("the last fault");
    say("quiet now");
    for (int node = 0; node < options.workers(); node++) {
      if (nodes.at(node).ask("quiet", "QUIET") == null) {
        violations.add(nodes.at(node) + " has calls that do not end");
      }
    }
    long end = System.nanoTime() + DRAIN.toNanos();
    for (int node = 0; node < options.workers(); node++) {
      drain(node, end);
    }
    leftAt = now();
    say("all leave");
    for (int node = 0; node < options.workers(); node++) {
      nodes.at(node).tell("leave");
    }
    for (int node = 0; node < options.workers(); node++) {
      int code = nodes.at(node).awaitExit(DRAIN);
      if (code != 0) {
        violations.add(nodes.at(node) + " did not leave in order: exit code " + code);
      }
    }
  }

  private void drain(int node, long end) throws IOException, InterruptedException {
    Stats base = nodes.baselines().get(node);
    Stats now = nodes.stats(node);
    while (!(now.isEmpty() && isLean(base, now)) && System.nanoTime() < end) {
      pause(100);
      now = nodes.stats(node);
    }
    if (!now.isEmpty()) {
      violations.add(
          nodes.at(node) + " is left with " + now + ": " + nodes.at(node).ask("owned", "OWNED"));
    } else if (!isLean(base, now)) {
      violations.add(nodes.at(node) + " has grown from " + base + " to " + now);
    }
  }

  private static boolean isLean(Stats base, Stats now) {
    return now.threads() <= base.threads() + MORE_THREADS
        && now.files() <= base.files() + MORE_FILES;
  }
}
