package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
  private static final Options OPTIONS = Options.parse();

  private static Report report(Results results) {
    return new Report(results, Side.contenders(), false, Map.of(), List.of(), OPTIONS);
  }

  private static Results latencies(double ours) {
    Results results = new Results();
    int round = 1;
    for (double disturbance : new double[] {1, 10, 100}) {
      results.add(Sheet.HELD, "limit-tcp", "p50", round, 2 * disturbance);
      results.add(Sheet.HELD, "farref-tcp", "p50", round, ours * disturbance);
      results.add(Sheet.HELD, "farref-tcp", "CPU, both sides", round, 12_345);
      round++;
    }
    return results;
  }

  @Test
  void ratiosToTheLimitAreTakenRoundByRound() {
    assertThat(report(latencies(3)).text())
        .contains(
            """
            | | p50 | CPU, both sides |
            |---|---:|---:|
            | limit-tcp | **20.0** (2.00–200) | – |
            | farref-tcp | **30.0** (3.00–300) ×**1.50** (1.50–1.50) | **12,345** (12,345–12,345) |
            """);
  }

  @Test
  void aGoalIsMetOrNot() {
    assertThat(report(latencies(2.2)).text())
        .contains("| held call over TCP, p50 | ≤ 1.10 × limit-tcp | **1.10** (1.10–1.10) | met |");
    assertThat(report(latencies(2.3)).text())
        .contains("| ≤ 1.10 × limit-tcp | **1.15** (1.15–1.15) | **not met** |");
  }

  @Test
  void aPageKeepsWhatWasNotMeasuredAndItsGoals(@TempDir Path directory) throws Exception {
    Path page = directory.resolve("page.md");
    Path notes = directory.resolve("notes.md");
    Path values = directory.resolve("values.tsv");
    Files.writeString(
        notes,
        """
        <!-- benchmark:goals -->
        <!-- end -->
        """);
    Files.writeString(
        page,
        """
        text
        <!-- benchmark:held -->
        old
        <!-- end -->
        <!-- benchmark:throughput -->
        <!-- end -->
        """);
    report(latencies(2)).into(List.of(page, notes), values);
    Results more = new Results();
    more.add(Sheet.THROUGHPUT, "farref-tcp", "16 in flight", 1, 500_000);
    report(more).into(List.of(page, notes), values);
    assertThat(Files.readString(notes))
        .contains("| held call over TCP, p50 |", "| 16 small calls in flight, calls/s |");
    assertThat(Files.readString(page))
        .contains("text\n", "| farref-tcp | **20.0** (2.00–200)", "| farref-tcp | **500,000** |")
        .doesNotContain("old");
  }

  @Test
  void aMissingMarkIsNamed(@TempDir Path directory) throws Exception {
    Path page = Files.writeString(directory.resolve("page.md"), "nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Page.replaceIn(List.of(page), "held", "table"))
        .withMessageContaining("<!-- benchmark:held -->");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Page.replace("nothing", "held", "table"))
        .withMessageContaining("<!-- benchmark:held -->");
  }

  @Test
  void thePagesOfTheProjectHaveAPlaceForEverySection() throws Exception {
    String page = Files.readString(Path.of("../docs/performance.md"));
    String notes = Files.readString(Path.of("../docs/performance-notes.md"));
    for (Sheet sheet : Sheet.values()) {
      assertThat(page).contains("<!-- benchmark:" + sheet.workload() + " -->");
    }
    assertThat(page).contains("<!-- benchmark:about -->");
    assertThat(notes).contains("<!-- benchmark:goals -->", "<!-- benchmark:profile -->");
  }
}
