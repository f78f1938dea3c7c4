package io.farref.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What fuzzing began with and what it ever found, once more. {@code -Dfarref.fuzz.seeds=write}
 * writes the seeds anew.
 */
class FuzzCorpusTest {
  static Stream<String> targets() {
    return Fuzzing.TARGETS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void theCorpusIsDigested(String target) throws Exception {
    if (System.getProperty("farref.fuzz.seeds", "").equals("write")) {
      Fuzzing.writeSeeds(target);
    }
    Method fuzz = Fuzzing.TARGETS.get(target).getMethod("fuzzerTestOneInput", byte[].class);
    assertThat(Fuzzing.corpus(target)).isNotEmpty();
    for (Path each : Fuzzing.corpus(target)) {
      byte[] input = Files.readAllBytes(each);
      assertThatCode(() -> invoke(fuzz, input)).as(each.toString()).doesNotThrowAnyException();
    }
  }

  private static void invoke(Method fuzz, byte[] input) throws Throwable {
    try {
      fuzz.invoke(null, input);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
