package io.farref.examples.index;

import java.util.HashMap;
import java.util.Map;

/**
 * The statistics of all documents that a score depends on, in whichever shard they are: the sums
 * over the shards are those of one index of everything.
 *
 * @param documents how many documents there are
 * @param words how many words they have in all
 * @param frequencies in how many documents each word of the query stands
 */
record Statistics(long documents, long words, Map<String, Integer> frequencies) {
  /** The statistics of no documents. */
  static final Statistics NONE = new Statistics(0, 0, Map.of());

  /** The statistics of both sets of documents together. */
  Statistics plus(Statistics other) {
    Map<String, Integer> sum = new HashMap<>(frequencies);
    other.frequencies.forEach((word, n) -> sum.merge(word, n, Integer::sum));
    return new Statistics(documents + other.documents, words + other.words, sum);
  }
}
