package io.farref.tests.soak;

import io.farref.Peer;
import io.farref.Worker;
import io.farref.tests.soak.SoakWorker.Sample;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The soak: many calls and references between processes. At every tenth of the run it measures the
 * resources of each process, and it fails if heap, threads or descriptors grow. {@code dev/soak}
 * starts it.
 */
final class Soak {
  private static final int INTERVALS = 10;
  private static final int PROCESSES = 3;
  private static final long MEBIBYTE = 1 << 20;
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private final long calls;
  private final long references;
  private final PrintStream out;
  private final List<String> failures = new ArrayList<>();
  private final List<List<Sample>> samples = new ArrayList<>();

  private Soak(long calls, long references, PrintStream out) {
    this.calls = calls;
    this.references = references;
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    long calls = 10_000_000;
    long references = 1_000_000;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--calls" -> calls = Long.parseLong(args[i + 1]);
        case "--references" -> references = Long.parseLong(args[i + 1]);
        default -> {
          System.err.println("dev/soak [--calls N] [--references N]");
          System.exit(2);
        }
      }
    }
    List<String> failures = run(calls, references, System.out);
    failures.forEach(each -> System.out.println("FAILED: " + each));
    System.exit(failures.isEmpty() ? 0 : 1);
  }

  /** Runs the soak and returns the failures. */
  static List<String> run(long calls, long references, PrintStream out) throws Exception {
    Path directory = Files.createTempDirectory("farref-soak");
    Soak soak = new Soak(calls, references, out);
    List<Process> children = new ArrayList<>();
    Path meet = directory.resolve("meet");
    try {
      for (int rank = 1; rank < PROCESSES; rank++) {
        children.add(start(rank, meet));
      }
      try (Worker me =
          Worker.builder()
              .name("soak-0")
              .rank(0)
              .worldSize(PROCESSES)
              .rendezvous(meet.toUri().toString())
              .joinTimeout(Duration.ofSeconds(60))
              .rpcTimeout(Duration.ZERO)
              .join()) {
        soak.run(me);
        for (Process each : children) {
          each.getOutputStream().close();
        }
      }
      for (Process each : children) {
        if (!each.waitFor(60, TimeUnit.SECONDS) || each.exitValue() != 0) {
          soak.failures.add("process " + each.pid() + " did not leave in order");
        }
      }
    } finally {
      children.forEach(Process::destroyForcibly);
      delete(directory);
    }
    return soak.failures;
  }

  private static void delete(Path directory) throws IOException {
    try (var all = Files.walk(directory)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static Process start(int rank, Path meet) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            SoakWorker.class.getName());
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(each -> each.startsWith("FARREF_") && !each.equals("FARREF_SAME_HOST"));
    environment.put("FARREF_NAME", "soak-" + rank);
    environment.put("FARREF_RANK", Integer.toString(rank));
    environment.put("FARREF_WORLD_SIZE", Integer.toString(PROCESSES));
    environment.put("FARREF_RENDEZVOUS", meet.toUri().toString());
    return builder
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void run(Worker me) throws IOException {
    out.printf(
        "%7s %12s %11s %9s  %s%n",
        "s", "calls", "references", "calls/s", "heap MiB, threads, files");
    long start = System.nanoTime();
    long made = 0;
    load(me, 1); // warms up: everything that is allocated once is allocated
    for (int i = 0; i < INTERVALS; i++) {
      long began = System.nanoTime();
      long before = made;
      made += load(me, INTERVALS);
      double seconds = (System.nanoTime() - began) / 1e9;
      samples.add(sample(me));
      StringBuilder costs = new StringBuilder();
      for (Sample each : samples.getLast()) {
        costs.append(
            "  %s %.1f %d %d"
                .formatted(
                    each.name(), each.heap() / (double) MEBIBYTE, each.threads(), each.files()));
      }
      out.printf(
          "%7.1f %,12d %,11d %,9.0f%s%n",
          (System.nanoTime() - start) / 1e9,
          made,
          references * (i + 1) / INTERVALS,
          (made - before) / seconds,
          costs);
    }
    check();
  }

  /** Lets every process make its part of an interval's calls; returns how many were made. */
  private long load(Worker me, int intervals) {
    long callsEach = intervals == 1 ? 1_000 : calls / intervals / PROCESSES;
    long referencesEach = intervals == 1 ? 100 : references / intervals / PROCESSES;
    List<CompletableFuture<Long>> running = new ArrayList<>();
    for (Peer each : me.peers()) {
      running.add(each.rpcAsync(() -> SoakWorker.load(callsEach, referencesEach)));
    }
    return running.stream().mapToLong(CompletableFuture::join).sum();
  }

  /** Measures each process once all references are released, or the time for that is over. */
  private List<Sample> sample(Worker me) throws IOException {
    long end = System.nanoTime() + DRAIN.toNanos();
    List<Sample> now;
    do {
      LockSupport.parkNanos(50_000_000);
      now = new ArrayList<>();
      for (Peer each : me.peers()) {
        now.add(each.rpcSync(SoakWorker::sample));
      }
    } while (now.stream().anyMatch(each -> each.owned() + each.held() > 0)
        && System.nanoTime() < end);
    return now;
  }

  /** Compares the last interval with the second: in the first, code is still being compiled. */
  private void check() {
    for (int i = 0; i < PROCESSES; i++) {
      Sample early = samples.get(1).get(i);
      Sample late = samples.getLast().get(i);
      if (late.owned() + late.held() > 0) {
        failures.add(late + " still owns values or holds references");
      }
      if (late.heap() > early.heap() + early.heap() / 5 + 4 * MEBIBYTE) {
        failures.add("the heap grew: " + early + " to " + late);
      }
      if (late.threads() > early.threads() + 8) {
        failures.add("threads grew: " + early + " to " + late);
      }
      if (late.files() > early.files() + 4) {
        failures.add("descriptors grew: " + early + " to " + late);
      }
    }
  }
}
