package io.farref.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Measures everything in rounds. In a round each contender has a {@link Cell} of its own, so what
 * drifts on the machine hits them all. Prints Markdown.
 */
public final class Run {
  private final Options options;
  private final PrintStream progress;
  private final List<Contender> contenders;
  private final List<String> workloads;
  private final boolean experiments;
  private final Results results = new Results();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, String> unavailable = new TreeMap<>();

  private Run(Options options, PrintStream progress) {
    this.options = options;
    this.progress = progress;
    List<Contender> all = Side.contenders();
    List<String> names = all.stream().map(Contender::name).toList();
    List<String> known = known();
    this.workloads = options.workloads(known, names);
    this.contenders = all.stream().filter(c -> options.wants(c.name(), known)).toList();
    this.experiments = options.wants("farref-tcp", known);
  }

  private static List<String> known() {
    return Stream.concat(Workloads.names().stream(), Experiment.NAMES.stream()).toList();
  }

  /** Runs; see {@link Options#USAGE}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (List.of(args).contains("--help")) {
      out.println(Options.USAGE);
      return;
    }
    if (List.of(args).contains("--list")) {
      out.println("workloads: " + String.join(" ", known()));
      Side.contenders().forEach(c -> out.println(c.name() + ": " + c.about()));
      return;
    }
    Report report;
    try {
      report = run(Options.parse(args), System.err);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    out.print(report.text());
    System.exit(report.failures().isEmpty() ? 0 : 1);
  }

  /** Measures, and writes the report after each round. */
  static Report run(Options options, PrintStream progress) throws Exception {
    Run run = new Run(options, progress);
    for (int round = 1; round <= options.rounds(); round++) {
      run.round(round);
      if (!options.markdown().isEmpty()) {
        run.report().into(options.markdown(), options.values());
      }
    }
    return run.report();
  }

  private Report report() {
    boolean complete = contenders.size() == Side.contenders().size();
    return new Report(results, contenders, complete, unavailable, failures, options);
  }

  private void round(int round) throws Exception {
    for (Contender contender : contenders) {
      List<String> common =
          workloads.stream().filter(w -> contender.workloads().contains(w)).toList();
      if (!common.isEmpty() && !unavailable.containsKey(contender.name())) {
        say(round, contender.name());
        cell(contender, common, round);
      }
    }
    for (String name : Experiment.NAMES) {
      if (experiments && workloads.contains(name)) {
        say(round, name);
        experiment(name);
      }
    }
  }

  private void say(int round, String what) {
    progress.printf("round %d of %d: %s%n", round, options.rounds(), what);
  }

  private void cell(Contender contender, List<String> common, int round) throws Exception {
    Cell cell = new Cell(contender, common, options.scale(), Jvm.classPath(), Cell.Flags.SAME);
    List<String> lines = new ArrayList<>();
    try (Quiet _ = Quiet.begin(options)) {
      cell.run(lines::add);
    } catch (UnavailableException e) {
      unavailable.put(contender.name(), String.valueOf(e.getMessage()));
      return;
    } catch (IOException e) {
      failed("round " + round + " of " + contender.name(), e);
    }
    lines.forEach(line -> results.add(contender.name(), round, line));
  }

  /** Earlier measurements count; the run continues, and ends with an error. */
  private void failed(String what, IOException failure) {
    String text = what + " failed: " + failure.getMessage();
    progress.println(text);
    failures.add(text);
  }

  /** It may give several values of a kind; each counts as a round. */
  private void experiment(String name) throws Exception {
    try (Quiet _ = Quiet.begin(options)) {
      Experiment.named(name)
          .run(
              options.scale(),
              (sheet, row, column, value) -> {
                int next = results.rounds(sheet, row, column).size();
                results.add(sheet, row, column, next, value);
              });
    } catch (IOException e) {
      failed(name, e);
    }
  }
}
