package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerTest {
  @ParameterizedTest
  @CsvSource({
    "map, map",
    "HashMap, hashmap hash map",
    "parseHTTPHeader, parsehttpheader parse http header",
    "MAX_VALUE, max_value max value",
    "__init, __init init",
    "trailing_, trailing_ trailing",
    "a__b, a__b a b",
    "utf8, utf8",
    "URL, url",
    "toURLs, tourls to ur ls",
    "getX, getx get x",
    "größeÄndern, größeändern größe ändern",
    "_, _",
  })
  void identifierCountsAsItselfAndAsEachOfItsParts(String identifier, String words) {
    assertThat(words(identifier)).containsExactly(words.split(" "));
  }

  @Test
  void everythingButLettersDigitsAndUnderscoresSeparates() {
    assertThat(words("if(a<b){return 42;}//x-y\n\tz\uD83D\uDE00q"))
        .containsExactly("if", "a", "b", "return", "42", "x", "y", "z", "q");
  }

  @Test
  void emptyTextAndSeparatorsAloneHaveNoWords() {
    assertThat(words("")).isEmpty();
    assertThat(words(" .,;\n")).isEmpty();
  }

  @Test
  void overlongRunsAreNotWords() {
    assertThat(words("a " + "x".repeat(65) + " b")).containsExactly("a", "b");
    assertThat(words("x".repeat(64))).hasSize(1);
  }

  @Test
  void countsEveryOccurrence() {
    assertThat(Tokenizer.count("map HashMap Map"))
        .containsOnly(
            java.util.Map.entry("map", 3),
            java.util.Map.entry("hashmap", 1),
            java.util.Map.entry("hash", 1));
  }

  @Test
  void distinctWordsKeepTheirOrder() {
    assertThat(Tokenizer.distinct("b a b c a")).containsExactly("b", "a", "c");
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Tokenizer.forEach(text, words::add);
    return words;
  }
}
