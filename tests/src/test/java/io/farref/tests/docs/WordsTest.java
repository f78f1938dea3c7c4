package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sources and pages use the field's words; docs/glossary.md has them. */
class WordsTest {
  /** Written so that this file does not contain them. */
  private static final List<Pattern> FORBIDDEN =
      List.of(
          words("str[iu][ck]k?e?[a-z]* off"),
          words("for who"),
          words("of who"),
          words("(?:limits? of time)"),
          words("meeting place"),
          words("taken for lost"),
          words("in the voice of"),
          words("by whom it"),
          words("who(?:ever)"));

  private static Pattern words(String regex) {
    return Pattern.compile("\\b" + regex.replace(" ", "[\\s*]+") + "\\b", Pattern.CASE_INSENSITIVE);
  }

  @Test
  void noForbiddenWordIsLeft() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Pages.files(Pages.ROOT, WordsTest::isRead)) {
      String text = Files.readString(file);
      for (Pattern forbidden : FORBIDDEN) {
        forbidden
            .matcher(text)
            .results()
            .forEach(
                match ->
                    found.add(
                        "%s:%d: %s"
                            .formatted(
                                Pages.ROOT.relativize(file),
                                text.substring(0, match.start()).lines().count(),
                                match.group())));
      }
    }
    assertThat(found).as("words that docs/glossary.md has better ones for").isEmpty();
  }

  private static boolean isRead(Path file) {
    String path = Pages.ROOT.relativize(file).toString();
    return path.endsWith(".md") || path.endsWith(".java") && path.contains("src/main/");
  }
}
