package io.farref.examples.index;

/** How well a document answers a query: BM25, with its customary constants. */
final class Ranking {
  private static final double SATURATION = 1.2;
  private static final double LENGTH_WEIGHT = 0.75;

  private final Statistics all;
  private final double averageLength;

  /** Ranks among the documents that {@code all} describes. */
  Ranking(Statistics all) {
    this.all = all;
    this.averageLength = (double) all.words() / all.documents();
  }

  /** How much a word weighs: the fewer documents have it, the more. */
  double weight(String word) {
    long n = all.frequencies().getOrDefault(word, 0);
    return Math.log1p((all.documents() - n + 0.5) / (n + 0.5));
  }

  /**
   * The contribution of one word of the query to the score of a document.
   *
   * @param weight the word's {@link #weight}
   * @param count how often the word stands in the document
   * @param length how many words the document has
   */
  double score(double weight, int count, int length) {
    double norm = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / averageLength;
    return weight * count * (SATURATION + 1) / (count + SATURATION * norm);
  }
}
