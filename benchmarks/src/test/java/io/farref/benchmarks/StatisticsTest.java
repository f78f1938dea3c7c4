package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
  @Test
  void theMedianHasHalfOfTheRoundsOnEachSide() {
    assertThat(Statistics.median(List.of(3.0))).isEqualTo(3);
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
  }

  @Test
  void quantilesAreInterpolated() {
    List<Double> values = List.of(4.0, 0.0, 2.0);
    assertThat(Statistics.quantile(values, 0)).isZero();
    assertThat(Statistics.quantile(values, 0.25)).isEqualTo(1);
    assertThat(Statistics.quantile(values, 1)).isEqualTo(4);
  }

  @Test
  void whatOverlapsIsNotApart() {
    assertThat(Statistics.apart(List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0))).isTrue();
    assertThat(Statistics.apart(List.of(4.0, 5.0, 6.0), List.of(1.0, 2.0, 3.0))).isTrue();
    assertThat(Statistics.apart(List.of(1.0, 2.0, 30.0), List.of(4.0, 5.0, 6.0))).isFalse();
  }

  @Test
  void oneOutlierOfManyIsForgiven() {
    List<Double> fast = List.of(1.0, 1.0, 1.0, 1.0, 9.0);
    List<Double> slow = List.of(5.0, 5.0, 5.0, 5.0, 5.0);
    assertThat(Statistics.apart(fast, slow)).isTrue();
    assertThat(Statistics.apart(fast.subList(1, 5), slow.subList(1, 5))).isFalse();
  }
}
