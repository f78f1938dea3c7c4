package io.farref.examples.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One part of the index: some of the documents and which words stand in them. It lives on one
 * worker; others hold references to it.
 *
 * <p>Thread-safe, as an object must be whose methods many workers call at once.
 */
final class Shard {
  private final List<Document> documents = new ArrayList<>();
  private final Map<String, Postings> postings = new HashMap<>();
  private int[] lengths = new int[1024];
  private long words;
  private long characters;

  /** Adds a document. */
  void add(Document document) {
    Map<String, Integer> counts = Tokenizer.count(document.text()); // the work, outside the lock
    synchronized (this) {
      int number = documents.size();
      documents.add(document);
      int length = 0;
      for (var entry : counts.entrySet()) {
        postings.computeIfAbsent(entry.getKey(), _ -> new Postings()).add(number, entry.getValue());
        length += entry.getValue();
      }
      if (number == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * number);
      }
      lengths[number] = length;
      words += length;
      characters += document.text().length();
    }
  }

  /** First question of a query: this shard's part of the statistics by which all shards score. */
  synchronized Statistics statistics(List<String> query) {
    Map<String, Integer> frequencies = new HashMap<>();
    for (String word : query) {
      Postings entries = postings.get(word);
      frequencies.put(word, entries == null ? 0 : entries.documents());
    }
    return new Statistics(documents.size(), words, frequencies);
  }

  /**
   * Second question: this shard's best documents among those in which every word of the query
   * stands.
   *
   * @param all the statistics of all shards together
   * @param limit how many hits to return at most
   */
  synchronized Answer search(List<String> query, Statistics all, int limit) {
    Ranking ranking = new Ranking(all);
    double[] scores = new double[documents.size()];
    int[] found = new int[documents.size()];
    for (String word : query) { // in the query's order everywhere: the sums are equal to the bit
      Postings entries = postings.get(word);
      if (entries == null) {
        return Answer.NONE;
      }
      double weight = ranking.weight(word);
      entries.forEach(
          (document, count) -> {
            scores[document] += ranking.score(weight, count, lengths[document]);
            found[document]++;
          });
    }
    List<Integer> matches =
        IntStream.range(0, found.length).filter(d -> found[d] == query.size()).boxed().toList();
    Comparator<Integer> bestFirst =
        Comparator.<Integer>comparingDouble(d -> -scores[d])
            .thenComparing(d -> documents.get(d).path());
    List<Hit> hits =
        matches.stream()
            .sorted(bestFirst)
            .limit(limit)
            .map(d -> hit(documents.get(d), scores[d], query))
            .toList();
    return new Answer(hits, matches.size());
  }

  /** The contents. */
  synchronized Contents contents() {
    return new Contents(documents.size(), characters, words, postings.size());
  }

  /** Finds the line to show. */
  private static Hit hit(Document document, double score, List<String> query) {
    Set<String> wanted = Set.copyOf(query);
    int bestLine = 0;
    int bestCount = -1;
    String bestText = "";
    int number = 0;
    for (String line : (Iterable<String>) document.text().lines()::iterator) {
      number++;
      Set<String> found = new HashSet<>();
      Tokenizer.forEach(
          line,
          word -> {
            if (wanted.contains(word)) {
              found.add(word);
            }
          });
      if (found.size() > bestCount) {
        bestCount = found.size();
        bestLine = number;
        bestText = line.strip();
        if (bestCount == wanted.size()) {
          break;
        }
      }
    }
    return new Hit(score, document.path(), bestLine, bestText);
  }

  /**
   * The contents of a shard.
   *
   * @param documents how many documents
   * @param characters their length in all
   * @param words how many words they have in all
   * @param distinctWords how many different ones
   */
  record Contents(int documents, long characters, long words, int distinctWords) {}
}
