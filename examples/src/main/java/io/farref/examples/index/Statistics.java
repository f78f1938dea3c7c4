package io.farref.examples.index;

import java.util.HashMap;
import java.util.Map;

/**
 * What a score needs to know of all documents, whichever shard they are in: adding up what each
 * shard knows gives what one index of everything would know.
 *
 * @param documents how many documents there are
 * @param words how many words they have in all
 * @param frequencies in how many documents each word of the query stands
 */
record Statistics(long documents, long words, Map<String, Integer> frequencies) {
  /** Of no documents. */
  static final Statistics NONE = new Statistics(0, 0, Map.of());

  /** Of these documents and those. */
  Statistics plus(Statistics other) {
    Map<String, Integer> sum = new HashMap<>(frequencies);
    other.frequencies.forEach((word, n) -> sum.merge(word, n, Integer::sum));
    return new Statistics(documents + other.documents, words + other.words, sum);
  }
}
