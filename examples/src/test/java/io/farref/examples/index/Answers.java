package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Compares answers, and makes up something to ask for. */
final class Answers {
  private Answers() {}

  /** Equal in everything; in the score but for rounding. */
  static void assertSame(String query, Answer actual, Answer expected) {
    assertThat(actual.matches()).as("matches of '%s'", query).isEqualTo(expected.matches());
    assertThat(actual.hits())
        .as("hits of '%s'", query)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("score")
        .containsExactlyElementsOf(expected.hits());
    for (int i = 0; i < actual.hits().size(); i++) {
      assertThat(actual.hits().get(i).score())
          .as("score %d of '%s'", i, query)
          .isCloseTo(expected.hits().get(i).score(), within(1e-9));
    }
  }

  /** Documents of words that are rarer the higher their number: w0 everywhere, w199 hardly. */
  static List<Document> generate(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Document(
                    "dir" + i % 7 + "/file" + i + ".txt",
                    IntStream.range(0, 1 + random.nextInt(30))
                        .mapToObj(_ -> line(random))
                        .collect(Collectors.joining("\n"))))
        .toList();
  }

  /** Queries of one to four words from the same source. */
  static List<String> queries(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            _ ->
                IntStream.rangeClosed(0, random.nextInt(4))
                    .mapToObj(_ -> word(random))
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private static String line(Random random) {
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(_ -> word(random))
        .collect(Collectors.joining(" "));
  }

  private static String word(Random random) {
    double u = random.nextDouble();
    return "w" + (int) (200 * u * u * u);
  }
}
