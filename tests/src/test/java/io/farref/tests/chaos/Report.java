package io.farref.tests.chaos;

import io.farref.tests.chaos.Fault.Event;
import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The results of a chaos run. */
record Report(
    Options options,
    String network,
    int millis,
    List<Event> events,
    Oracle oracle,
    List<String> violations,
    List<String> faultsOfTool) {

  /** 0 if all is well, 1 if the library broke a promise, 3 if the tool itself failed. */
  int exitCode() {
    return !faultsOfTool.isEmpty() ? 3 : violations.isEmpty() ? 0 : 1;
  }

  private record Row(String what, String value) {}

  private long count(Outcome outcome) {
    return oracle.counts().entrySet().stream()
        .filter(each -> each.getKey() != Kind.NONE)
        .mapToLong(each -> each.getValue().getOrDefault(outcome, 0L))
        .sum();
  }

  long calls() {
    return oracle.counts().entrySet().stream()
        .filter(each -> each.getKey() != Kind.NONE)
        .flatMap(each -> each.getValue().values().stream())
        .mapToLong(each -> each)
        .sum();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("seed", Long.toString(options.seed())));
    rows.add(new Row("processes", options.workers() + ", " + network));
    rows.add(new Row("length", "%.1f min".formatted(millis / 60e3)));
    rows.add(new Row("session timeout", options.sessionTimeout().toMillis() / 1e3 + " s"));
    rows.add(
        new Row(
            "calls",
            "%,d (%,d a second)".formatted(calls(), calls() * 1000 / Math.max(1, millis))));
    for (Map.Entry<Kind, Map<Outcome, Long>> each : oracle.counts().entrySet()) {
      if (each.getKey() != Kind.NONE) {
        rows.add(new Row("calls: " + each.getKey(), "%,d".formatted(sum(each.getValue()))));
      }
    }
    for (Outcome each : Outcome.values()) {
      if (count(each) > 0) {
        String name =
            switch (each) {
              case NONE -> "unknown: the caller was killed";
              case UNASKED -> "creations without a waiting caller";
              default -> each.toString();
            };
        rows.add(new Row("outcome: " + name, "%,d".formatted(count(each))));
      }
    }
    rows.add(new Row("executions", "%,d".formatted(oracle.executions())));
    rows.add(new Row("longest call with a value", oracle.longestCallMillis() / 1e3 + " s"));
    for (Fault fault : Fault.values()) {
      List<Event> of = events.stream().filter(each -> each.fault() == fault).toList();
      if (!of.isEmpty()) {
        rows.add(new Row("faults: " + fault, of.size() + lengths(of)));
      }
    }
    rows.add(new Row("joined again after eviction", "%,d".formatted(oracle.rejoins())));
    rows.add(new Row("losses reported", "%,d".formatted(oracle.losses())));
    oracle
        .latencies()
        .forEach(
            (fault, sorted) ->
                rows.add(
                    new Row(
                        "loss reported after " + fault,
                        "median %.2f s, longest %.2f s (%d)"
                            .formatted(
                                sorted[sorted.length / 2] / 1e3,
                                sorted[sorted.length - 1] / 1e3,
                                sorted.length))));
    if (faultsOfTool.isEmpty()) {
      rows.add(new Row("violations", Integer.toString(violations.size())));
    } else {
      rows.add(new Row("violations", "not known: this tool failed"));
    }
    return rows;
  }

  private static long sum(Map<Outcome, Long> counts) {
    return counts.values().stream().mapToLong(each -> each).sum();
  }

  private static String lengths(List<Event> events) {
    long shortest = events.stream().mapToLong(each -> each.length().toMillis()).min().orElse(0);
    long longest = events.stream().mapToLong(each -> each.length().toMillis()).max().orElse(0);
    Fault fault = events.getFirst().fault();
    return fault == Fault.RESET || fault == Fault.KILL
        ? ""
        : ", %.1f to %.1f s".formatted(shortest / 1e3, longest / 1e3);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (Row each : rows()) {
      text.append("  %-36s %s%n".formatted(each.what, each.value));
    }
    violations.forEach(each -> text.append("VIOLATION: ").append(each).append('\n'));
    faultsOfTool.forEach(
        each -> text.append("FAULT OF THIS TOOL, not of the library: ").append(each).append('\n'));
    return text.toString();
  }

  /** The results as a table for the documentation. */
  String markdown() {
    StringBuilder text = new StringBuilder("| | |\n|---|---|\n");
    for (Row each : rows()) {
      text.append("| %s | %s |%n".formatted(each.what, each.value));
    }
    return text.toString();
  }
}
