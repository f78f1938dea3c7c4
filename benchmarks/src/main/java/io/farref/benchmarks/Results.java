package io.farref.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** All values: of a table, a contender, a column and a round. */
final class Results {
  private final Map<Sheet, SequencedMap<String, Map<String, SequencedMap<Integer, Double>>>>
      values = new EnumMap<>(Sheet.class);

  /** Adds the value of a line that {@link Measuring#value} wrote. */
  void add(String contender, int round, String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != 4 || !fields[0].equals(Measuring.VALUE)) {
      throw new IllegalArgumentException("not a value: " + line);
    }
    add(Sheet.valueOf(fields[1]), contender, fields[2], round, Double.parseDouble(fields[3]));
  }

  void add(Sheet sheet, String contender, String column, int round, double value) {
    values
        .computeIfAbsent(sheet, _ -> new LinkedHashMap<>())
        .computeIfAbsent(contender, _ -> new LinkedHashMap<>())
        .computeIfAbsent(column, _ -> new TreeMap<>())
        .put(round, value);
  }

  /** Everything, a line for each value; {@link #read} reads it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    values.forEach(
        (sheet, rows) ->
            rows.forEach(
                (row, columns) ->
                    columns.forEach(
                        (column, rounds) ->
                            rounds.forEach(
                                (round, value) ->
                                    lines.add(
                                        String.join(
                                            "\t",
                                            sheet.name(),
                                            row,
                                            column,
                                            String.valueOf(round),
                                            String.valueOf(value)))))));
    return lines;
  }

  static Results read(List<String> lines) {
    Results results = new Results();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 5) {
        throw new IllegalArgumentException("not a value: " + line);
      }
      results.add(
          Sheet.valueOf(fields[0]),
          fields[1],
          fields[2],
          Integer.parseInt(fields[3]),
          Double.parseDouble(fields[4]));
    }
    return results;
  }

  /** These, and of the others the tables that are not among these: a table is of one run. */
  Results orElse(Results others) {
    Results both = new Results();
    both.values.putAll(others.values);
    both.values.putAll(values);
    return both;
  }

  Set<Sheet> sheets() {
    return values.keySet();
  }

  /** In the order in which they were measured. */
  Collection<String> contenders(Sheet sheet) {
    return of(sheet).keySet();
  }

  /** In the order in which they were measured. */
  Collection<String> columns(Sheet sheet) {
    Set<String> columns = new LinkedHashSet<>();
    of(sheet).values().forEach(of -> columns.addAll(of.keySet()));
    return columns;
  }

  /** The values, by round; empty where nothing was measured. */
  Map<Integer, Double> rounds(Sheet sheet, String contender, String column) {
    return of(sheet).getOrDefault(contender, Map.of()).getOrDefault(column, new TreeMap<>());
  }

  /** Round by round, where both were measured: a disturbance of the machine affects both. */
  Map<Integer, Double> ratios(Sheet sheet, String contender, String to, String column) {
    Map<Integer, Double> divisors = rounds(sheet, to, column);
    Map<Integer, Double> ratios = new TreeMap<>();
    rounds(sheet, contender, column)
        .forEach(
            (round, value) -> {
              Double divisor = divisors.get(round);
              if (divisor != null) {
                ratios.put(round, value / divisor);
              }
            });
    return ratios;
  }

  private SequencedMap<String, Map<String, SequencedMap<Integer, Double>>> of(Sheet sheet) {
    return values.getOrDefault(sheet, new LinkedHashMap<>());
  }
}
