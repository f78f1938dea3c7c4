package io.farref.benchmarks;

import java.util.List;

/** A measurement of Farref alone, in processes of its own. */
interface Experiment {
  /** Where its values go: a table, a row, a column, a value. */
  interface Values {
    void add(Sheet sheet, String row, String column, double value);
  }

  /** In the order in which they run. */
  List<String> NAMES = List.of("join", "start");

  /** One of {@link #NAMES}. */
  static Experiment named(String name) {
    return switch (name) {
      case "join" -> new JoinMany();
      case "start" -> new StartTime();
      default -> throw new IllegalArgumentException("there is no experiment " + name);
    };
  }

  /** Runs it once; the scale is 1 for a measurement that counts. */
  void run(double scale, Values out) throws Exception;
}
