package io.farref.examples.index;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the sharded index is measured against: all documents in one list, and for every query all of
 * them counted anew, straight from the definition of BM25. It shares only the tokenizer.
 */
final class PlainIndex {
  private record Entry(String path, List<String> lines, Map<String, Integer> counts, int length) {}

  private final List<Entry> entries = new ArrayList<>();

  void add(Document document) {
    Map<String, Integer> counts = Tokenizer.count(document.text());
    int length = counts.values().stream().mapToInt(Integer::intValue).sum();
    entries.add(new Entry(document.path(), document.text().lines().toList(), counts, length));
  }

  Answer search(String query, int limit) {
    List<String> words = Tokenizer.distinct(query);
    List<Entry> matches =
        entries.stream()
            .filter(e -> !words.isEmpty() && e.counts().keySet().containsAll(words))
            .toList();
    Map<String, Double> weights = words.stream().collect(toMap(word -> word, this::weight));
    double average = entries.stream().mapToLong(Entry::length).average().orElseThrow();
    List<Hit> best =
        matches.stream()
            .map(e -> new Hit(score(e, words, weights, average), e.path(), 0, ""))
            .sorted(Hit.BEST_FIRST)
            .limit(limit)
            .map(hit -> withLine(hit, words))
            .toList();
    return new Answer(best, matches.size());
  }

  private static double score(
      Entry entry, List<String> words, Map<String, Double> weights, double average) {
    double score = 0;
    for (String word : words) {
      int count = entry.counts().get(word);
      double norm = 0.25 + 0.75 * entry.length() / average;
      score += weights.get(word) * count * 2.2 / (count + 1.2 * norm);
    }
    return score;
  }

  private double weight(String word) {
    long having = entries.stream().filter(e -> e.counts().containsKey(word)).count();
    return Math.log1p((entries.size() - having + 0.5) / (having + 0.5));
  }

  private Hit withLine(Hit hit, List<String> words) {
    Entry entry =
        entries.stream().filter(e -> e.path().equals(hit.path())).findFirst().orElseThrow();
    int best = 0;
    long bestCount = -1;
    for (int i = 0; i < entry.lines().size(); i++) {
      List<String> here = Tokenizer.distinct(entry.lines().get(i));
      long count = words.stream().filter(here::contains).count();
      if (count > bestCount) {
        bestCount = count;
        best = i;
      }
    }
    return new Hit(hit.score(), hit.path(), best + 1, entry.lines().get(best).strip());
  }
}
