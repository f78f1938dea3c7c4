package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingTest {
  private final Ranking ranking =
      new Ranking(new Statistics(100, 5_000, Map.of("rare", 1, "common", 90)));

  @Test
  void rareWordsWeighMoreThanCommonOnes() {
    assertThat(ranking.weight("rare")).isCloseTo(Math.log(1 + 99.5 / 1.5), within(1e-12));
    assertThat(ranking.weight("common")).isCloseTo(Math.log(1 + 10.5 / 90.5), within(1e-12));
  }

  @Test
  void weightIsPositiveEvenForWordsThatStandEverywhere() {
    Ranking everywhere = new Ranking(new Statistics(10, 100, Map.of("the", 10)));
    assertThat(everywhere.weight("the")).isPositive();
  }

  @Test
  void scoreOfAnAverageDocumentWithTheWordOnceIsTheWeight() {
    assertThat(ranking.score(2, 1, 50)).isCloseTo(2, within(1e-12));
  }

  @Test
  void repetitionHelpsButLessAndLess() {
    double once = ranking.score(1, 1, 50);
    double twice = ranking.score(1, 2, 50);
    double often = ranking.score(1, 1_000, 50);
    assertThat(twice).isBetween(once, 2 * once);
    assertThat(often).isLessThan(2.2);
  }

  @Test
  void longDocumentsScoreLess() {
    assertThat(ranking.score(1, 1, 500)).isLessThan(ranking.score(1, 1, 50));
  }

  @Test
  void statisticsOfPartsAddUpToThoseOfTheWhole() {
    Statistics one = new Statistics(2, 10, Map.of("a", 1, "b", 0));
    Statistics two = new Statistics(3, 20, Map.of("a", 2, "b", 3));
    assertThat(Statistics.NONE.plus(one).plus(two))
        .isEqualTo(new Statistics(5, 30, Map.of("a", 3, "b", 3)));
  }
}
