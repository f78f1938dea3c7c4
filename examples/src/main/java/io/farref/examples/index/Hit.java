package io.farref.examples.index;

import java.util.Comparator;

/**
 * A document that answers a query.
 *
 * @param score how well; higher is better
 * @param path the document's
 * @param line the number, from 1, of the first line with the most words of the query
 * @param text that line
 */
record Hit(double score, String path, int line, String text) {
  /** Best first; by path among equals, so that the order never depends on the shards. */
  static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble(Hit::score).reversed().thenComparing(Hit::path);
}
