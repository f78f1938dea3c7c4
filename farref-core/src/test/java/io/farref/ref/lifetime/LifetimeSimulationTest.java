package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs random schedules of the lifetime protocol. Millions of them:
 *
 * <pre>mvn -pl farref-core test -Dtest=LifetimeSimulationTest -Dfarref.schedules=5000000</pre>
 *
 * <p>One again, with its trace: {@code -Dfarref.seed=SEED -Dfarref.schedules=1}.
 */
class LifetimeSimulationTest {
  private static final long SCHEDULES = Long.getLong("farref.schedules", 100_000);
  private static final long SEED = Long.getLong("farref.seed", 1);
  private static final long MUTANT_SCHEDULES = 20_000;

  @Test
  void nothingHeldIsFreedAndEverythingUnheldIs() {
    OptionalLong failing = firstFailing(Mutant.NONE, SCHEDULES);
    if (failing.isPresent()) {
      fail(replay(failing.getAsLong(), Mutant.NONE));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aMissingMechanismIsDetected(Mutant mutant) {
    OptionalLong failing = firstFailing(mutant, MUTANT_SCHEDULES);
    assertThat(failing).as("a schedule that shows %s", mutant).isPresent();
  }

  @Test
  void aSeedDeterminesTheSchedule() {
    assertThat(replay(SEED, Mutant.NONE)).isEqualTo(replay(SEED, Mutant.NONE)).contains("creates");
  }

  private static OptionalLong firstFailing(Mutant mutant, long schedules) {
    return LongStream.range(SEED, SEED + schedules)
        .parallel()
        .filter(seed -> fails(seed, mutant))
        .findAny();
  }

  private static boolean fails(long seed, Mutant mutant) {
    try {
      new Simulation(seed, mutant, null).run();
      return false;
    } catch (Violation | IllegalStateException e) {
      return true; // a promise broken, or an illegal transition refused
    }
  }

  private static String replay(long seed, Mutant mutant) {
    List<String> trace = new ArrayList<>();
    try {
      new Simulation(seed, mutant, trace).run();
      trace.add("all promises kept");
    } catch (Violation | IllegalStateException e) {
      trace.add(e.toString());
    }
    return "schedule of seed " + seed + ":\n" + String.join("\n", trace);
  }
}
