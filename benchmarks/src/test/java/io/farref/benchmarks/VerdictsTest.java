package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.benchmarks.Verdicts.Verdict;
import org.junit.jupiter.api.Test;

final class VerdictsTest {
  private static Verdicts verdicts(Sheet sheet, double[] before, double[] after) {
    Results results = new Results();
    for (int i = 0; i < before.length; i++) {
      results.add(sheet, "old", "p50", i, before[i]);
      results.add(sheet, "new", "p50", i, after[i]);
    }
    return Verdicts.of(results, 1.1);
  }

  private static Verdict verdict(Sheet sheet, double[] before, double[] after) {
    return verdicts(sheet, before, after).rows().getFirst().verdict();
  }

  @Test
  void whatIsSlowerThanTheBoundAndBeyondTheNoiseIsWorse() {
    double[] old = {10, 10.5, 11};
    double[] slow = {13, 14, 15};
    assertThat(verdict(Sheet.LATENCY, old, slow)).isEqualTo(Verdict.WORSE);
    assertThat(verdicts(Sheet.LATENCY, old, slow).anyWorse()).isTrue();
    assertThat(verdict(Sheet.LATENCY, slow, old)).isEqualTo(Verdict.BETTER);
  }

  @Test
  void moreCallsPerSecondAreBetter() {
    double[] few = {100, 101, 102};
    double[] many = {200, 201, 202};
    assertThat(verdict(Sheet.THROUGHPUT, few, many)).isEqualTo(Verdict.BETTER);
    assertThat(verdict(Sheet.THROUGHPUT, many, few)).isEqualTo(Verdict.WORSE);
  }

  @Test
  void withinTheBoundIsTheSameHoweverQuietTheMachine() {
    double[] old = {100, 100, 100};
    double[] near = {105, 105, 105};
    assertThat(verdict(Sheet.LATENCY, old, near)).isEqualTo(Verdict.SAME);
  }

  @Test
  void whatVariesAsMuchByItselfIsNoise() {
    double[] old = {10, 30, 70};
    double[] wide = {20, 60, 80};
    assertThat(verdict(Sheet.LATENCY, old, wide)).isEqualTo(Verdict.NOISE);
    assertThat(verdicts(Sheet.LATENCY, old, wide).anyWorse()).isFalse();
    assertThat(verdicts(Sheet.LATENCY, old, wide).markdown()).contains("| noise |");
  }
}
