package io.farref.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results as Markdown, in sections: one for each workload, the goals, and the systems that were
 * measured.
 *
 * @param complete whether all contenders took part
 */
record Report(
    Results results,
    List<Contender> contenders,
    boolean complete,
    Map<String, String> unavailable,
    List<String> failures,
    Options options) {

  /** All of it. */
  String text() {
    return String.join("\n", sections(results).values());
  }

  /**
   * Puts each section between its marks in one of the pages; sections that were not measured stay.
   * The goals need the values of earlier runs too, so these are kept in a file.
   */
  void into(List<Path> pages, Path values) throws IOException {
    Results earlier = Results.read(Files.exists(values) ? Files.readAllLines(values) : List.of());
    Results all = results.orElse(earlier);
    for (var section : sections(all).entrySet()) {
      Page.replaceIn(pages, section.getKey(), section.getValue());
    }
    Files.write(values, all.lines());
  }

  private Map<String, String> sections(Results all) {
    Map<String, String> sections = new LinkedHashMap<>();
    for (Sheet sheet : results.sheets()) {
      String before = sections.getOrDefault(sheet.workload(), "");
      sections.put(
          sheet.workload(), before.isEmpty() ? table(sheet) : before + "\n" + table(sheet));
    }
    sections.replaceAll((_, text) -> text + "\n" + made() + "\n");
    String goals = Goals.table(all);
    if (!goals.isEmpty()) {
      sections.put("goals", goals);
    }
    if (complete) {
      sections.put("about", about());
    }
    return sections;
  }

  /** The median of the rounds, the lowest and the highest, and the ratio to the limit. */
  private String table(Sheet sheet) {
    Collection<String> columns = results.columns(sheet);
    StringBuilder text = new StringBuilder("**" + sheet.title() + "**\n\n| |");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    for (String contender : results.contenders(sheet)) {
      text.append("| ").append(contender).append(" |");
      for (String column : columns) {
        text.append(' ').append(cell(sheet, contender, column)).append(" |");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private String cell(Sheet sheet, String contender, String column) {
    Collection<Double> rounds = results.rounds(sheet, contender, column).values();
    if (rounds.isEmpty()) {
      return "–";
    }
    String limit = limitOf(contender);
    Collection<Double> ratios = results.ratios(sheet, contender, limit, column).values();
    boolean compared = !limit.equals(contender) && !ratios.isEmpty();
    return withRange(rounds) + (compared ? " ×" + withRange(ratios) : "");
  }

  private String limitOf(String contender) {
    return contenders.stream()
        .filter(c -> c.name().equals(contender))
        .findFirst()
        .map(Contender::limit)
        .orElse(contender);
  }

  static String withRange(Collection<Double> rounds) {
    String median = "**" + number(Statistics.median(rounds)) + "**";
    return rounds.size() == 1
        ? median
        : median
            + " ("
            + number(Statistics.quantile(rounds, 0))
            + "–"
            + number(Statistics.quantile(rounds, 1))
            + ")";
  }

  static String number(double value) {
    double size = Math.abs(value);
    String format =
        size >= 1000
            ? "%,.0f"
            : size >= 100
                ? "%.0f"
                : size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  private String about() {
    StringBuilder text = new StringBuilder("| | what it is |\n|---|---|\n");
    for (Contender contender : contenders) {
      text.append("| ").append(contender.name()).append(" | ").append(contender.about());
      String why = unavailable.get(contender.name());
      text.append(why == null ? "" : ". **Not measured: " + why + "**").append(" |\n");
    }
    text.append(failures.isEmpty() ? "" : "\n");
    failures.forEach(failure -> text.append("- ").append(failure).append('\n'));
    return text + "\nAll JVMs: `" + String.join(" ", Jvm.FLAGS) + "`.\n";
  }

  private String made() {
    return "*%s, %d processors, %s %s, %s %s, %d rounds, scale %s%s.*"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.vm.name"),
            Runtime.version(),
            options.rounds(),
            options.scale(),
            options.hot() ? ", processors kept awake" : "");
  }
}
