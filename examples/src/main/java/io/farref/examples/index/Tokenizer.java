package io.farref.examples.index;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Splits text into words: runs of letters, digits and underscores, in lower case.
 *
 * <p>An identifier of several parts counts as itself and as each of its parts, so that {@code
 * parseHTTPHeader} is found by itself, by {@code parse}, by {@code http} and by {@code header}.
 */
final class Tokenizer {
  /** Longer runs are data, not words. */
  private static final int MAX_LENGTH = 64;

  private Tokenizer() {}

  /** How often each word stands in the text. */
  static Map<String, Integer> count(String text) {
    Map<String, Integer> counts = new HashMap<>();
    forEach(text, word -> counts.merge(word, 1, Integer::sum));
    return counts;
  }

  /** The different words of the text, in order of appearance. */
  static List<String> distinct(String text) {
    LinkedHashSet<String> words = new LinkedHashSet<>();
    forEach(text, words::add);
    return List.copyOf(words);
  }

  /** Hands out every word of the text, in order. */
  static void forEach(String text, Consumer<String> words) {
    int end = 0;
    while (end < text.length()) {
      int start = end;
      while (end < text.length() && isWordPart(text.charAt(end))) {
        end++;
      }
      if (end == start) {
        end++; // a separator
      } else if (end - start <= MAX_LENGTH) {
        split(text, start, end, words);
      }
    }
  }

  private static void split(String text, int start, int end, Consumer<String> words) {
    String whole = text.substring(start, end).toLowerCase(Locale.ROOT);
    words.accept(whole);
    int part = start;
    for (int i = start + 1; i <= end; i++) {
      if (i == end || isBoundary(text, i, end)) {
        int partStart = part;
        while (partStart < i && text.charAt(partStart) == '_') {
          partStart++;
        }
        if (partStart < i && i - partStart < end - start) {
          words.accept(text.substring(partStart, i).toLowerCase(Locale.ROOT));
        }
        part = i;
      }
    }
  }

  /** Whether a part of an identifier starts at {@code i}: aB, a_b, and the S of HTTPServer. */
  private static boolean isBoundary(String text, int i, int end) {
    char before = text.charAt(i - 1);
    char here = text.charAt(i);
    if (here == '_') {
      return before != '_';
    }
    return Character.isUpperCase(here)
        && (!Character.isUpperCase(before)
            || (i + 1 < end && Character.isLowerCase(text.charAt(i + 1))));
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
