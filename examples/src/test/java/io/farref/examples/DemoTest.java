package io.farref.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.examples.index.Demo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a user starts it, over real JVMs. */
@Timeout(120)
class DemoTest {
  @TempDir Path input;

  @Test
  void indexesAsksReportsAndLeaksNothing() throws Exception {
    for (int i = 0; i < 100; i++) {
      Files.writeString(input.resolve("plain" + i + ".txt"), "nothing here\n");
    }
    Files.writeString(input.resolve("found.txt"), "first\n  the needle in the haystack\n");
    Result result = run("--input", input.toString(), "-n", "2", "needle haystack", "absent");
    assertThat(result.output())
        .contains("3 JVMs joined in ")
        .contains("100 %  101 of 101 files")
        .contains("\"needle haystack\": 1 found in ")
        .contains("1. found.txt:2  (")
        .contains("the needle in the haystack")
        .contains("\"absent\": 0 found in ")
        .contains("Who owned what")
        .containsPattern("w1 +Shard .*w1")
        .containsPattern("w2 +Searcher .*coordinator")
        .contains("Nothing leaked")
        .doesNotContain("leaked on");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void runsSamplesAndEndsWithoutATerminal() throws Exception {
    Result result = run("--docs", "50", "-n", "1");
    assertThat(result.output()).contains("\"concurrent hash map resize\": ", "Nothing leaked");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void missingInputIsExplained() throws Exception {
    Result result = run("--input", input.resolve("gone").toString());
    assertThat(result.output()).contains("gone is neither a directory nor a zip file");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private record Result(int exitCode, String output) {}

  private Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Demo.class.getName()));
    command.addAll(List.of(arguments));
    String classPath = System.getProperty("java.class.path");
    try (JavaProgram demo = JavaProgram.start(input, classPath, command)) {
      String output = demo.output();
      return new Result(demo.exitCode(), output);
    }
  }
}
