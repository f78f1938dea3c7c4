package io.farref.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How each number changed between two builds. It changed if the median of the ratios of the rounds
 * is beyond the bound and the two builds' values lie apart; else it is the same, as far as the
 * noise lets one tell.
 */
record Verdicts(List<Row> rows) {
  /** The verdict on one number. */
  enum Verdict {
    SAME("same"),
    BETTER("better"),
    WORSE("**worse**"),
    /** Beyond the bound, and so are rounds of one build among each other. */
    NOISE("noise");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }
  }

  /** One number. */
  record Row(
      String what,
      Collection<Double> before,
      Collection<Double> after,
      Collection<Double> ratios,
      Verdict verdict) {}

  /** Numbers that hardly repeat are left out. */
  private static final String TOO_RARE = "p99.9";

  static Verdicts of(Results results, double bound) {
    List<Row> rows = new ArrayList<>();
    for (Sheet sheet : results.sheets()) {
      for (String column : results.columns(sheet)) {
        if (!column.equals(TOO_RARE)) {
          rows.add(row(results, sheet, column, bound));
        }
      }
    }
    return new Verdicts(List.copyOf(rows));
  }

  private static Row row(Results results, Sheet sheet, String column, double bound) {
    Collection<Double> before = results.rounds(sheet, "old", column).values();
    Collection<Double> after = results.rounds(sheet, "new", column).values();
    Collection<Double> ratios = results.ratios(sheet, "new", "old", column).values();
    double ratio = Statistics.median(ratios);
    double slower = sheet.higherIsBetter() ? 1 / ratio : ratio;
    Verdict verdict = verdict(slower, bound, Statistics.apart(before, after));
    return new Row(sheet.title() + ": " + column, before, after, ratios, verdict);
  }

  private static Verdict verdict(double slower, double bound, boolean apart) {
    if (slower <= bound && slower >= 1 / bound) {
      return Verdict.SAME;
    }
    if (!apart) {
      return Verdict.NOISE;
    }
    return slower > 1 ? Verdict.WORSE : Verdict.BETTER;
  }

  boolean anyWorse() {
    return rows.stream().anyMatch(row -> row.verdict == Verdict.WORSE);
  }

  String markdown() {
    StringBuilder text =
        new StringBuilder("| | old | new | new / old | |\n|---|---:|---:|---:|---|\n");
    for (Row row : rows) {
      text.append("| ").append(row.what);
      for (Collection<Double> values : List.of(row.before, row.after, row.ratios)) {
        text.append(" | ").append(Report.withRange(values));
      }
      text.append(" | ").append(row.verdict.text).append(" |\n");
    }
    return text.toString();
  }
}
