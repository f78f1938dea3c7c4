package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Sessions, calls and references together, while links break. Many schedules:
 *
 * <pre>mvn -pl farref-core test -Dtest=TogetherSimulationTest -Dfarref.schedules=1000000</pre>
 *
 * <p>One again: {@code -Dfarref.seed=SEED -Dfarref.schedules=1}.
 */
class TogetherSimulationTest {
  private static final long SCHEDULES = Long.getLong("farref.schedules", 3_000);
  private static final long SEED = Long.getLong("farref.seed", 1);

  @Test
  void whenLinksBreakCallsRunOnceAndNothingHeldIsFreed() {
    check(true);
  }

  @Test
  void whenWorkersAreLostNoCallRunsTwiceAndNothingIsLeft() {
    check(false);
  }

  private static void check(boolean harmless) {
    OptionalLong failing =
        LongStream.range(SEED, SEED + SCHEDULES)
            .parallel()
            .filter(seed -> new TogetherSimulation(seed, harmless).run() != null)
            .findAny();
    if (failing.isPresent()) {
      long seed = failing.getAsLong();
      fail("schedule of seed " + seed + ": " + new TogetherSimulation(seed, harmless).run());
    }
    assertThat(SCHEDULES).isPositive();
  }
}
