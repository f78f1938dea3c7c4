package io.farref.tests.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The processes of a chaos run, one at each node. */
final class Nodes implements AutoCloseable {
  private static final Duration SETTLE = Duration.ofSeconds(90);
  private static final long POLL_NANOS = 50_000_000;

  private final Options options;
  private final ChaosNetwork network;
  private final Path directory;
  private final long epoch;
  private final ChaosProcess[] present;
  private final List<ChaosProcess> all = new ArrayList<>();
  private final Map<Long, Integer> nodeOfProcess = new TreeMap<>();
  private final Map<Integer, Stats> baselines = new HashMap<>();
  private long started;

  /** The reports of a process about itself. */
  record Stats(
      long pending, long running, long owned, long held, long threads, long files, long heap) {
    static Stats parse(String line) {
      long[] n = new long[7];
      String[] words = line.split(" ");
      for (int i = 0; i < n.length; i++) {
        n[i] = Long.parseLong(words[i]);
      }
      return new Stats(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
    }

    boolean isEmpty() {
      return pending == 0 && running == 0 && owned == 0 && held == 0;
    }
  }

  Nodes(Options options, ChaosNetwork network, Path directory, long epoch) {
    this.options = options;
    this.network = network;
    this.directory = directory;
    this.epoch = epoch;
    present = new ChaosProcess[options.workers()];
  }

  void start(int node) throws IOException {
    Map<String, String> settings = new HashMap<>(network.addresses(node));
    settings.put("directory", directory.toString());
    settings.put("epoch", Long.toString(epoch));
    settings.put("rendezvous", directory.resolve("meet").toUri().toString());
    settings.put("secret", "chaos-" + epoch);
    settings.put("threads", Integer.toString(options.threads()));
    settings.put("pace", Long.toString(options.pace().toNanos()));
    settings.put("rpcTimeout", Long.toString(60 + 2 * options.sessionTimeout().toSeconds()));
    settings.put("brokenMonitor", Boolean.toString(options.brokenMonitor()));
    settings.put("sessionTimeout", Double.toString(options.sessionTimeout().toMillis() / 1e3));
    started++;
    nodeOfProcess.put(started, node);
    baselines.remove(node);
    present[node] =
        ChaosProcess.start(
            node,
            started,
            network.prefix(node),
            settings,
            directory.resolve("n" + node + "-" + started + ".log"));
    all.add(present[node]);
  }

  ChaosProcess at(int node) {
    return present[node];
  }

  /** The threads of the tool that died in a process. */
  List<String> faults() {
    return all.stream().flatMap(each -> each.faults().stream()).toList();
  }

  /** What the processes say themselves that the library did wrong. */
  List<String> violations() {
    return all.stream().flatMap(each -> each.violations().stream()).toList();
  }

  /** The node of each process. */
  Map<Long, Integer> history() {
    return nodeOfProcess;
  }

  Map<Integer, Stats> baselines() {
    return baselines;
  }

  /**
   * Waits until each process sees the present incarnations of all others; returns what is missing,
   * if anything.
   */
  String settle() throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLE.toNanos();
    String missing;
    do {
      missing = missing();
      if (missing.isEmpty()) {
        for (int node = 0; node < present.length; node++) {
          if (!baselines.containsKey(node)) {
            baselines.put(node, stats(node));
          }
        }
        return "";
      }
      LockSupport.parkNanos(POLL_NANOS);
    } while (System.nanoTime() < end && faults().isEmpty() && violations().isEmpty());
    return missing;
  }

  private String missing() throws IOException, InterruptedException {
    String wanted = incarnations();
    for (ChaosProcess each : present) {
      if (!each.isAlive()) {
        return each + " has ended with " + each.awaitExit(Duration.ZERO);
      }
      if (each.incarnation() == 0) {
        return each + " has not joined";
      }
    }
    for (ChaosProcess each : present) {
      String sees = sorted(each.ask("peers", "PEERS"));
      if (!sees.equals(wanted)) {
        return each + " sees " + sees + ", and there are " + wanted;
      }
    }
    return wanted.equals(incarnations()) ? "" : "somebody joined again just now";
  }

  private String incarnations() {
    List<String> all = new ArrayList<>();
    for (ChaosProcess each : present) {
      all.add(each.node() + "=" + each.incarnation());
    }
    return sorted(String.join(" ", all));
  }

  private static String sorted(@Nullable String words) {
    return words == null
        ? "nothing"
        : String.join(" ", List.of(words.split(" ")).stream().sorted().toList());
  }

  Stats stats(int node) throws IOException, InterruptedException {
    String line = present[node].ask("stats", "STATS");
    if (line == null) {
      throw new IOException(present[node] + " does not answer");
    }
    return Stats.parse(line);
  }

  @Override
  public void close() {
    for (ChaosProcess each : present) {
      if (each != null) {
        try {
          each.kill();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
