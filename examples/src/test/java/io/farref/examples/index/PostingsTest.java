package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PostingsTest {
  @Test
  void returnsWhatWasAddedWhateverTheGapsAndCounts() {
    Random random = new Random(3);
    Postings postings = new Postings();
    List<String> expected = new ArrayList<>();
    int document = -1;
    for (int i = 0; i < 2_000; i++) {
      document += 1 + random.nextInt(1 << random.nextInt(19));
      int count = 1 + random.nextInt(1 << random.nextInt(30));
      postings.add(document, count);
      expected.add(document + ":" + count);
    }
    assertThat(contents(postings)).isEqualTo(expected);
    assertThat(postings.documents()).isEqualTo(2_000);
  }

  @Test
  void holdsTheLargestNumbers() {
    Postings postings = new Postings();
    postings.add(0, Integer.MAX_VALUE);
    postings.add(Integer.MAX_VALUE, 1);
    assertThat(contents(postings)).containsExactly("0:2147483647", "2147483647:1");
  }

  @Test
  void refusesDocumentsOutOfOrder() {
    Postings postings = new Postings();
    postings.add(5, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> postings.add(5, 1))
        .withMessageContaining("does not come after document 5");
  }

  private static List<String> contents(Postings postings) {
    List<String> entries = new ArrayList<>();
    postings.forEach((document, count) -> entries.add(document + ":" + count));
    return entries;
  }
}
