package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void theMedianHasHalfOfTheRoundsOnEachSide() {
    assertThat(Table.median(List.of(3.0))).isEqualTo(3);
    assertThat(Table.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Table.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    Table table = new Table("Latency");
    for (double disturbance : new double[] {1, 10, 100}) {
      table.add("limit", "p50", 2 * disturbance);
      table.add("ours", "p50", 3 * disturbance);
      table.add("ours", "CPU", 12_345);
    }
    assertThat(table.markdown())
        .isEqualTo(
            """
            ### Latency

            | | p50 | CPU |
            |---|---:|---:|
            | limit | **20.0** (2.00–200) | – |
            | ours | **30.0** (3.00–300) ×1.50 (1.50–1.50) | **12,345** (12,345–12,345) |
            """);
  }
}
