package io.farref.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A short chaos run with every fault and a fresh seed, which it prints; {@code dev/chaos --seeds
 * 10} makes long ones.
 */
class ChaosTest {
  @Test
  @Timeout(300)
  void aMinuteOfFaultsBreaksNoPromise() throws Exception {
    long seed = Long.getLong("farref.seed", Options.freshSeed());
    System.out.println("chaos: seed " + seed + "; -Dfarref.seed=" + seed + " repeats it");
    Options options = Options.standard(seed).losingAfter(Duration.ofSeconds(4));
    Report report = Chaos.run(options, System.out);
    assertThat(report.faultsOfTool()).as("seed %d: faults of the tool", seed).isEmpty();
    assertThat(report.violations()).as("seed %d", seed).isEmpty();
    assertThat(report.calls()).isGreaterThan(1_000);
  }
}
