package io.farref.benchmarks;

import io.farref.Worker;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a second JVM and measures calls, payloads and references between the two, and in the same
 * rounds a raw blocking socket between the same two processes. Prints Markdown: the median of the
 * rounds, the lowest and the highest, and the ratio to the raw socket, which alone means something
 * on another machine.
 */
public final class EndToEnd {
  private EndToEnd() {}

  /** Runs; see {@link Options#USAGE}. */
  public static void main(String[] args) throws Exception {
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (OutputStream _ = options.hot() ? keepAwake() : OutputStream.nullOutputStream()) {
      out.print(run(options));
    }
    out.println(machine(options));
  }

  /** Measures in rounds; what they tell is the report. */
  static String run(Options options) throws Exception {
    Path meeting = Files.createTempDirectory("farref-benchmark");
    Process process = start(meeting.toUri().toString());
    try {
      String line = awaitReady(process);
      int port = Integer.parseInt(line.substring(Server.READY.length()).split(" ", -1)[0]);
      try (RawSocket raw = RawSocket.connect(port);
          Worker me = Server.join("client", meeting.toUri().toString())) {
        Cpu cpu = new Cpu(ProcessHandle.current(), process.toHandle());
        return rounds(options, me, raw, cpu);
      }
    } finally {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      delete(meeting);
    }
  }

  private static String rounds(Options options, Worker me, RawSocket raw, Cpu cpu)
      throws Exception {
    try (Workloads warmUp = new Workloads(me.peer(Server.NAME), raw, cpu)) {
      round(warmUp, options);
    }
    try (Workloads workloads = new Workloads(me.peer(Server.NAME), raw, cpu)) {
      for (int round = 1; round <= options.rounds(); round++) {
        System.err.printf("round %d of %d%n", round, options.rounds());
        round(workloads, options);
      }
      return workloads.report();
    }
  }

  private static void round(Workloads workloads, Options options) throws Exception {
    for (String section : Options.SECTIONS) {
      if (options.sections().contains(section)) {
        switch (section) {
          case "latency" -> workloads.latency(options.nanos());
          case "throughput" -> workloads.throughput(options.nanos());
          case "payload" -> workloads.payload(options.nanos());
          case "lifetime" -> workloads.lifetime(options.nanos());
          default -> throw new AssertionError(section);
        }
      }
    }
  }

  /** The second JVM is as this one: same options, same class path. */
  private static Process start(String rendezvous) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Server.class.getName(), rendezvous));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String awaitReady(Process process) throws IOException {
    for (String line; (line = process.inputReader().readLine()) != null; ) {
      if (line.startsWith(Server.READY)) {
        return line;
      }
    }
    throw new IOException("the second JVM ended before it was ready; its error is above");
  }

  /** An idle processor polls, instead of sleeping, while this file is open with a zero in it. */
  private static OutputStream keepAwake() throws IOException {
    OutputStream latency = new FileOutputStream("/dev/cpu_dma_latency");
    latency.write(new byte[Integer.BYTES]);
    latency.flush();
    return latency;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static String machine(Options options) {
    return "%d processors, %s, %s %s, %d rounds of %s s%s."
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            System.getProperty("java.vm.name"),
            Runtime.version(),
            options.rounds(),
            options.seconds(),
            options.hot() ? ", processors kept awake" : "");
  }
}
