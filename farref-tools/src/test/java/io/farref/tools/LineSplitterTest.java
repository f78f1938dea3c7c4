package io.farref.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineSplitterTest {
  @Test
  void linesEndInEveryUsualWay() throws IOException {
    assertThat(split("a\nb\r\nc\rd\n\n\r\n\re"))
        .containsExactly("a", "b", "c", "d", "", "", "", "e");
  }

  @Test
  void lastLineNeedsNoEnd() throws IOException {
    assertThat(split("a\nb")).containsExactly("a", "b");
    assertThat(split("a\n")).containsExactly("a");
    assertThat(split("a\r")).containsExactly("a");
    assertThat(split("")).isEmpty();
  }

  @Test
  void lineTooLongToKeepComesInPieces() throws IOException {
    String endless = "x".repeat((1 << 20) + 5);
    assertThat(split(endless + "\ny")).containsExactly(endless.substring(5), "xxxxx", "y");
  }

  private static List<String> split(String text) throws IOException {
    try (Reader reader = new StringReader(text)) {
      LineSplitter splitter = new LineSplitter(reader);
      List<String> lines = new ArrayList<>();
      for (String line = splitter.next(); line != null; line = splitter.next()) {
        lines.add(line);
      }
      return lines;
    }
  }
}
