package io.farref.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short chaos run with every fault; {@code dev/chaos --minutes 30} makes a long one. */
class ChaosTest {
  @Test
  @Timeout(300)
  void aMinuteOfFaultsBreaksNoPromise() throws Exception {
    long seed = Long.getLong("farref.seed", System.nanoTime() & 0xFFFFFF);
    Options options = Options.standard(seed).losingAfter(Duration.ofSeconds(4));
    Report report = Chaos.run(options, System.out);
    assertThat(report.violations()).as("seed %d", seed).isEmpty();
    assertThat(report.calls()).isGreaterThan(1_000);
  }
}
