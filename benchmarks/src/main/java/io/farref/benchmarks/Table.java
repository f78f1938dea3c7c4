package io.farref.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Subjects, metrics, and a value of each for every round. The first subject of a metric is its
 * limit; the others are also given as a ratio to it, taken round by round, so that what disturbs
 * the machine disturbs both.
 */
final class Table {
  private final String title;
  private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
  private final Set<String> metrics = new LinkedHashSet<>();
  private final Map<String, String> limits = new LinkedHashMap<>();

  Table(String title) {
    this.title = title;
  }

  /** Adds the value of one more round. */
  void add(String subject, String metric, double value) {
    metrics.add(metric);
    limits.putIfAbsent(metric, subject);
    values
        .computeIfAbsent(subject, _ -> new LinkedHashMap<>())
        .computeIfAbsent(metric, _ -> new ArrayList<>())
        .add(value);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /**
   * The table, as Markdown: the median of the rounds, the lowest and the highest, and the ratio.
   */
  String markdown() {
    StringBuilder text = new StringBuilder("### " + title + "\n\n| |");
    metrics.forEach(metric -> text.append(' ').append(metric).append(" |"));
    text.append("\n|---|").append("---:|".repeat(metrics.size())).append('\n');
    values.forEach(
        (subject, of) -> {
          text.append("| ").append(subject).append(" |");
          metrics.forEach(
              metric ->
                  text.append(' ').append(cell(subject, metric, of.get(metric))).append(" |"));
          text.append('\n');
        });
    return text.toString();
  }

  private String cell(String subject, String metric, @Nullable List<Double> rounds) {
    if (rounds == null) {
      return "–";
    }
    String text = "**" + number(median(rounds)) + "**" + range(rounds);
    List<Double> limit = limitOf(metric);
    if (subject.equals(limits.get(metric)) || limit.size() != rounds.size()) {
      return text;
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      ratios.add(rounds.get(i) / limit.get(i));
    }
    return text + " ×" + number(median(ratios)) + range(ratios);
  }

  private List<Double> limitOf(String metric) {
    Map<String, List<Double>> of = values.getOrDefault(limits.getOrDefault(metric, ""), Map.of());
    return of.getOrDefault(metric, List.of());
  }

  /** Nothing for a single round. */
  private static String range(List<Double> rounds) {
    if (rounds.size() == 1) {
      return "";
    }
    List<Double> sorted = rounds.stream().sorted().toList();
    return " (" + number(sorted.getFirst()) + "–" + number(sorted.getLast()) + ")";
  }

  static double median(List<Double> rounds) {
    List<Double> sorted = rounds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String number(double value) {
    String format = value >= 1000 ? "%,.0f" : value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
