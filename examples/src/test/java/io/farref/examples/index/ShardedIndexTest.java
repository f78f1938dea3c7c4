package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ShardedIndexTest {
  @TempDir Path input;

  private LocalGroup group;
  private Worker me;
  private List<Peer> others;

  @BeforeEach
  void join() {
    group = LocalGroup.of("coordinator", "a", "b", "c");
    me = group.worker("coordinator");
    others = me.peers().stream().filter(peer -> !peer.isSelf()).toList();
  }

  @AfterEach
  void close() {
    group.close();
  }

  @Test
  void answersEqualThoseOfOneIndexOverGeneratedText() throws Exception {
    for (Document document : Answers.generate(600, 11)) {
      Path file = input.resolve(document.path());
      Files.createDirectories(file.getParent());
      Files.writeString(file, document.text(), StandardCharsets.UTF_8);
    }
    compare(input, 1_000, Answers.queries(60, 12));
  }

  @Test
  void answersEqualThoseOfOneIndexOverSourcesOfTheJdk() throws Exception {
    compare(
        Corpus.ofThisJdk(),
        400,
        List.of("hash map", "HashMap resize", "the", "int", "throws IOException", "x y", "@!"));
  }

  @Test
  void everyShardGetsItsShare() throws Exception {
    try (ShardedIndex index = fill(Corpus.ofThisJdk(), 300)) {
      long all = index.contents().stream().mapToLong(Shard.Contents::characters).sum();
      assertThat(index.contents())
          .hasSize(3)
          .allSatisfy(shard -> assertThat(shard.characters()).isBetween(all / 4, all / 2));
    }
  }

  @Test
  void closingReleasesEveryObjectOfTheIndex() throws Exception {
    try (ShardedIndex index = fill(Corpus.ofThisJdk(), 50)) {
      assertThat(index.search("class", 5).join().hits()).hasSize(5);
      assertThat(Account.valuesOwned(Account.ofAll(me))).isEqualTo(6);
    }
    assertThat(Account.valuesOwned(Account.ofAllOnceReleased(me))).isZero();
  }

  private void compare(Path from, int files, List<String> queries) throws Exception {
    PlainIndex plain = new PlainIndex();
    try (Corpus corpus = Corpus.open(from, files)) {
      for (Path file : corpus.files()) {
        corpus.read(file).ifPresent(plain::add);
      }
    }
    try (ShardedIndex index = fill(from, files)) {
      for (String query : queries) {
        Answers.assertSame(query, index.search(query, 10).join(), plain.search(query, 10));
      }
    }
  }

  private ShardedIndex fill(Path from, int files) throws Exception {
    ShardedIndex index = ShardedIndex.on(others);
    try (Corpus corpus = Corpus.open(from, files)) {
      List<String> names = others.stream().map(Peer::name).toList();
      index.addAll(corpus, new Progress(null, false, names, files, corpus.bytes()));
    }
    return index;
  }
}
