package io.farref.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A little fuzzing of everything that strangers and members can say, two targets at a time; {@code
 * dev/fuzz --minutes N} goes on for longer, and so does {@code -Dfarref.fuzz.seconds}.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS) // as long as fuzzing is asked to go on
class FuzzingTest {
  private static final int AT_ONCE = 2;
  private static final Integer SECONDS = Integer.getInteger("farref.fuzz.seconds");

  /** Those whose inputs are sequences of operations, which need longer to be of interest. */
  private static final Set<String> LONG = Set.of("lifetime", "store", "streams");

  private static final ExecutorService RUNNERS = Executors.newFixedThreadPool(AT_ONCE);
  private static final Map<String, Future<String>> RUNS = new HashMap<>();

  /** The long ones first: the others fill in what is left of the time. */
  static List<String> targets() {
    return Fuzzing.TARGETS.keySet().stream()
        .sorted(Comparator.comparing(FuzzingTest::length).reversed())
        .toList();
  }

  private static Duration length(String target) {
    return Duration.ofSeconds(SECONDS != null ? SECONDS : LONG.contains(target) ? 60 : 10);
  }

  private static Path log(String target) throws IOException {
    return Files.createDirectories(Path.of("target", "fuzz")).resolve(target + ".log");
  }

  @BeforeAll
  static void start() {
    for (String each : targets()) {
      RUNS.put(each, RUNNERS.submit(() -> Fuzzing.run(each, length(each), log(each))));
    }
  }

  @AfterAll
  static void stop() {
    RUNNERS.shutdownNow();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingIsFoundInAShortTime(String target) throws Exception {
    assertThat(RUNS.get(target).get()).isEmpty();
    assertThat(log(target)).content().as("Jazzer has run").contains("Done ");
  }
}
