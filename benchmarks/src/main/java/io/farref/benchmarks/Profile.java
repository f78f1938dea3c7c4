package io.farref.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the processor time of one call goes, in microseconds: of a call that is waited for, and of
 * one of 256 in flight. Samples both JVMs by their processor time, which JDK 25 can on Linux.
 */
public final class Profile {
  private static final String CONTENDER = "farref-tcp";
  private static final double LEAST_MICROS = 0.05;

  /** The profiled part: the last measurement of a workload. */
  private record Subject(String name, String workload, double seconds, Sheet cpu, String column) {}

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("waited for", "latency", 2, Sheet.LATENCY, "CPU, both sides"),
          new Subject("256 in flight", "throughput", 1.5, Sheet.THROUGHPUT_CPU, "256 in flight"));

  private Profile() {}

  /** Runs; the options are those of {@link Run}, as far as they make sense. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    String table = table(options);
    out.print(table);
    if (!options.markdown().isEmpty()) {
      Page.replaceIn(options.markdown(), "profile", table);
    }
  }

  /** Measures; by side, thread and stage. */
  static String table(Options options) throws Exception {
    Map<String, double[]> micros = new TreeMap<>();
    for (int i = 0; i < SUBJECTS.size(); i++) {
      int index = i;
      profile(SUBJECTS.get(i), options)
          .forEach(
              (stage, value) ->
                  micros.computeIfAbsent(stage, _ -> new double[SUBJECTS.size()])[index] = value);
    }
    return markdown(micros);
  }

  private static Map<String, Double> profile(Subject subject, Options options) throws Exception {
    String wanted = options.only().isEmpty() ? CONTENDER : options.only().getFirst();
    Contender contender =
        Side.contenders().stream().filter(c -> c.name().equals(wanted)).findFirst().orElseThrow();
    Path directory = Files.createTempDirectory("farref-profile");
    try {
      Path server = directory.resolve("server.jfr");
      Path client = directory.resolve("client.jfr");
      Results results = new Results();
      Cell.Flags flags = new Cell.Flags(recording(server), recording(client));
      Cell cell =
          new Cell(contender, List.of(subject.workload), options.scale(), Jvm.classPath(), flags);
      try (Quiet _ = Quiet.begin(options)) {
        cell.run(line -> results.add(wanted, 1, line));
      }
      double cpu = results.rounds(subject.cpu, wanted, subject.column).getOrDefault(1, 0.0);
      Stages stages = new Stages(subject.seconds * options.scale() * 0.9);
      stages.read("client", client);
      stages.read("server", server);
      return stages.shares(cpu);
    } finally {
      Scratch.delete(directory);
    }
  }

  private static List<String> recording(Path file) {
    List<String> flags = new ArrayList<>(Jvm.FLAGS);
    flags.add("-XX:+UnlockDiagnosticVMOptions");
    flags.add("-XX:+DebugNonSafepoints");
    flags.add("-Xlog:jfr*=off");
    flags.add(
        "-XX:StartFlightRecording:filename="
            + file
            + ",dumponexit=true,settings=none,+jdk.CPUTimeSample#enabled=true"
            + ",+jdk.CPUTimeSample#throttle=1ms");
    return flags;
  }

  private static String markdown(Map<String, double[]> micros) {
    StringBuilder text = new StringBuilder("| where, processor time of one call (µs) |");
    SUBJECTS.forEach(subject -> text.append(' ').append(subject.name).append(" |"));
    text.append("\n|---|").append("---:|".repeat(SUBJECTS.size())).append('\n');
    double[] sums = new double[SUBJECTS.size()];
    micros.forEach(
        (stage, values) -> {
          boolean shown = false;
          for (int i = 0; i < values.length; i++) {
            sums[i] += values[i];
            shown |= values[i] >= LEAST_MICROS;
          }
          if (shown) {
            text.append(row(stage, values));
          }
        });
    return text + row("all", sums);
  }

  private static String row(String stage, double[] values) {
    StringBuilder text = new StringBuilder("| " + stage + " |");
    for (double value : values) {
      text.append(String.format(Locale.ROOT, " %.2f |", value));
    }
    return text.append('\n').toString();
  }
}
