package io.farref.examples.index;

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
    List<Double> weights = words.stream().map(this::weight).toList();
    double average = entries.stream().mapToLong(Entry::length).sum() / (double) entries.size();
    List<Hit> hits = new ArrayList<>();
    for (Entry entry : entries) {
      if (!words.isEmpty() && entry.counts().keySet().containsAll(words)) {
        double score = 0;
        for (int i = 0; i < words.size(); i++) {
          int count = entry.counts().get(words.get(i));
          double norm = 0.25 + 0.75 * entry.length() / average;
          score += weights.get(i) * count * 2.2 / (count + 1.2 * norm);
        }
        int line = bestLine(entry.lines(), words);
        hits.add(new Hit(score, entry.path(), line, entry.lines().get(line - 1).strip()));
      }
    }
    hits.sort(Hit.BEST_FIRST);
    return new Answer(List.copyOf(hits.subList(0, Math.min(limit, hits.size()))), hits.size());
  }

  private double weight(String word) {
    long having = entries.stream().filter(e -> e.counts().containsKey(word)).count();
    return Math.log1p((entries.size() - having + 0.5) / (having + 0.5));
  }

  private static int bestLine(List<String> lines, List<String> words) {
    int best = 0;
    long bestCount = -1;
    for (int i = 0; i < lines.size(); i++) {
      List<String> here = Tokenizer.distinct(lines.get(i));
      long count = words.stream().filter(here::contains).count();
      if (count > bestCount) {
        bestCount = count;
        best = i;
      }
    }
    return best + 1;
  }
}
