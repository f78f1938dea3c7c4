package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ShardTest {
  @Test
  void findsTheDocumentsInWhichEveryWordStands() {
    Shard shard = new Shard();
    shard.add(new Document("both", "red\ngreen"));
    shard.add(new Document("one", "red"));
    Answer answer = search(shard, "red green", 10);
    assertThat(answer.matches()).isOne();
    assertThat(answer.hits()).extracting(Hit::path).containsExactly("both");
  }

  @Test
  void showsTheFirstLineWithTheMostWords() {
    Shard shard = new Shard();
    shard.add(new Document("a", "nothing\nred\n  green and red  \nred green\n"));
    Hit hit = search(shard, "red green", 10).hits().getFirst();
    assertThat(hit.line()).isEqualTo(3);
    assertThat(hit.text()).isEqualTo("green and red");
  }

  @Test
  void countsAllMatchesAndReturnsTheBest() {
    Shard shard = new Shard();
    for (int i = 0; i < 50; i++) {
      shard.add(new Document("d" + i, "red " + "filler ".repeat(i)));
    }
    Answer answer = search(shard, "red", 3);
    assertThat(answer.matches()).isEqualTo(50);
    assertThat(answer.hits()).extracting(Hit::path).containsExactly("d0", "d1", "d2");
  }

  @Test
  void unknownWordFindsNothing() {
    Shard shard = new Shard();
    shard.add(new Document("a", "red"));
    assertThat(search(shard, "red blue", 10)).isEqualTo(Answer.NONE);
  }

  @Test
  void answersAreThoseOfOneIndexOfAllDocuments() {
    Shard shard = new Shard();
    PlainIndex plain = new PlainIndex();
    for (Document document : Answers.generate(400, 1)) {
      shard.add(document);
      plain.add(document);
    }
    for (String query : Answers.queries(200, 2)) {
      Answers.assertSame(query, search(shard, query, 7), plain.search(query, 7));
    }
  }

  @Test
  void addingFromManyThreadsLosesNothing() {
    Shard shard = new Shard();
    PlainIndex plain = new PlainIndex();
    List<Document> documents = Answers.generate(2_000, 4);
    documents.forEach(plain::add);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      documents.forEach(document -> threads.execute(() -> shard.add(document)));
    }
    assertThat(shard.contents().documents()).isEqualTo(2_000);
    for (String query : Answers.queries(50, 5)) {
      Answers.assertSame(query, search(shard, query, 20), plain.search(query, 20));
    }
  }

  private static Answer search(Shard shard, String query, int limit) {
    List<String> words = Tokenizer.distinct(query);
    return shard.search(words, shard.statistics(words), limit);
  }
}
