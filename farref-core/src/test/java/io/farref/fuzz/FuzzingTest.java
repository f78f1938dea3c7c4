package io.farref.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A little fuzzing of everything that strangers can say; {@code dev/fuzz --minutes N} goes on for
 * longer.
 */
class FuzzingTest {
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("farref.fuzz.seconds", 10));

  static Stream<String> targets() {
    return Fuzzing.TARGETS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingIsFoundInAShortTime(String target) throws Exception {
    Path log = Files.createDirectories(Path.of("target", "fuzz")).resolve(target + ".log");
    assertThat(Fuzzing.run(target, LENGTH, log)).isEmpty();
    assertThat(log).content().as("Jazzer has run").contains("Done ");
  }
}
