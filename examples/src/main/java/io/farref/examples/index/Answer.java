package io.farref.examples.index;

import java.util.List;
import java.util.stream.Stream;

/**
 * The result of a query.
 *
 * @param hits the best, best first
 * @param matches how many documents match in all
 */
record Answer(List<Hit> hits, int matches) {
  /** Nothing found. */
  static final Answer NONE = new Answer(List.of(), 0);

  /** The best of both. */
  Answer plus(Answer other, int limit) {
    List<Hit> best =
        Stream.concat(hits.stream(), other.hits.stream())
            .sorted(Hit.BEST_FIRST)
            .limit(limit)
            .toList();
    return new Answer(best, matches + other.matches);
  }
}
