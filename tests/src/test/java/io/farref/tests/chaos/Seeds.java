package io.farref.tests.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Chaos runs with fresh seeds, one after the other, until one fails. */
final class Seeds {
  private final Options options;
  private final LongSupplier seeds;
  private final Run run;

  /** Makes one run. */
  @FunctionalInterface
  interface Run {
    Report of(Options options) throws IOException, InterruptedException;
  }

  Seeds(Options options, LongSupplier seeds, Run run) {
    this.options = options;
    this.seeds = seeds;
    this.run = run;
  }

  /** Makes the runs; returns the exit code of the last. */
  int run(PrintStream out) throws IOException, InterruptedException {
    List<Report> reports = new ArrayList<>();
    int code = 0;
    while (code == 0 && reports.size() < options.seeds()) {
      Options next = options.seeded(seeds.getAsLong());
      out.printf(
          "chaos: run %d of %d, seed %d%n", reports.size() + 1, options.seeds(), next.seed());
      Report report = run.of(next);
      reports.add(report);
      code = report.exitCode();
    }
    out.print(table(reports));
    if (code != 0) {
      out.printf(
          "chaos: the run with seed %d failed; repeat it with dev/chaos --minutes %s --seed %d%n",
          reports.getLast().options().seed(), minutes(options), reports.getLast().options().seed());
    }
    return code;
  }

  private static String minutes(Options options) {
    return Double.toString(options.length().toMillis() / 60e3).replaceAll("\\.0$", "");
  }

  private static String table(List<Report> reports) {
    StringBuilder text = new StringBuilder();
    text.append("| seed | length | calls | faults | violations |\n|---|---|---|---|---|\n");
    for (Report each : reports) {
      text.append(
          "| %d | %.1f min | %,d | %d | %s |%n"
              .formatted(
                  each.options().seed(),
                  each.millis() / 60e3,
                  each.calls(),
                  each.events().size(),
                  each.exitCode() == 3
                      ? "not known: this tool failed"
                      : Integer.toString(each.violations().size())));
    }
    return text.toString();
  }
}
