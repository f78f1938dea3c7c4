package io.farref.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The goals of Farref, and whether they are met. */
final class Goals {
  /** One of them, as it is measured. */
  private record Goal(
      String what,
      String wanted,
      boolean atMost,
      double bound,
      Function<Results, Collection<Double>> values) {

    String row(Results results) {
      Collection<Double> rounds = values.apply(results);
      if (rounds.isEmpty()) {
        return "";
      }
      double median = Statistics.median(rounds);
      boolean met = atMost ? median <= bound : median >= bound;
      return "| %s | %s | %s | %s |%n"
          .formatted(what, wanted, Report.withRange(rounds), met ? "met" : "**not met**");
    }
  }

  private static final List<Goal> ALL =
      List.of(
          ratio("held call over TCP, p50", 1.1, Sheet.HELD, "farref-tcp", "limit-tcp", "p50"),
          ratio(
              "held call over TCP, processor time",
              1.1,
              Sheet.HELD,
              "farref-tcp",
              "limit-tcp",
              "CPU, both sides"),
          atMost("held call over shared memory, p50 µs", 2, Sheet.HELD, "farref-shm", "p50"),
          ratio("the same beside limit-unix", 1, Sheet.HELD, "farref-shm", "limit-unix", "p50"),
          rate("16 small calls in flight", 400_000, "16 in flight"),
          rate("256 small calls in flight", 2_000_000, "256 in flight"),
          payload("1 MiB over TCP", 0.95, "farref-tcp", "limit-tcp", "1 MiB"),
          payload("64 MiB over TCP", 0.95, "farref-tcp", "limit-tcp", "64 MiB"),
          payload("1 MiB over shared memory", 1.3, "farref-shm", "limit-unix", "1 MiB"),
          payload("64 MiB over shared memory", 1.3, "farref-shm", "limit-unix", "64 MiB"),
          objects("objects made, called, released, one at a time", 45_000, "1 in flight"),
          objects("the same, 64 in flight", 300_000, "64 in flight"),
          atMost(
              "ten dependent calls over a slow link, in round trips",
              1.1,
              Sheet.LINK,
              "farref-tcp-link",
              "chain / one call"),
          atMost(
              "small calls' p99 beside 1 GiB, in p99 of idle",
              3,
              Sheet.BULK,
              "farref-tcp",
              "p99 / idle p99"),
          atMost(
              "a held reference, bytes at the user",
              150,
              Sheet.MILLION,
              "farref-tcp",
              "user, bytes"),
          atMost("the same at the owner", 200, Sheet.MILLION, "farref-tcp", "owner, bytes"),
          atMost(
              "pause while a million are held, ms",
              20,
              Sheet.MILLION,
              "farref-tcp",
              "pause holding, ms"),
          atMost("64 workers joined, ms", 3000, Sheet.JOIN, "64 workers, tcp", "all joined, ms"),
          atMost(
              "connections before the first call of 64 workers",
              0,
              Sheet.JOIN,
              "64 workers, file",
              "connections then"),
          atMost("2 workers joined, ms", 300, Sheet.JOIN, "2 workers, tcp", "all joined, ms"));

  private Goals() {}

  private static Goal atMost(String what, double bound, Sheet sheet, String row, String column) {
    return new Goal(
        what,
        "≤ " + Report.number(bound),
        true,
        bound,
        results -> results.rounds(sheet, row, column).values());
  }

  private static Goal ratio(
      String what, double bound, Sheet sheet, String row, String limit, String column) {
    return new Goal(
        what,
        "≤ " + Report.number(bound) + " × " + limit,
        true,
        bound,
        results -> results.ratios(sheet, row, limit, column).values());
  }

  private static Goal payload(String what, double bound, String row, String limit, String column) {
    return new Goal(
        what,
        "≥ " + Report.number(bound) + " × " + limit,
        false,
        bound,
        results -> results.ratios(Sheet.PAYLOAD, row, limit, column).values());
  }

  private static Goal rate(String what, double bound, String column) {
    return atLeast(what + ", calls/s", bound, Sheet.THROUGHPUT, column);
  }

  private static Goal objects(String what, double bound, String column) {
    return atLeast(what + ", /s", bound, Sheet.OBJECTS, column);
  }

  private static Goal atLeast(String what, double bound, Sheet sheet, String column) {
    return new Goal(
        what,
        "≥ " + Report.number(bound),
        false,
        bound,
        results -> results.rounds(sheet, "farref-tcp", column).values());
  }

  /** Those of which anything was measured, as Markdown; empty if there are none. */
  static String table(Results results) {
    StringBuilder rows = new StringBuilder();
    ALL.forEach(goal -> rows.append(goal.row(results)));
    return rows.isEmpty() ? "" : "| what | goal | measured | |\n|---|---|---:|---|\n" + rows;
  }
}
