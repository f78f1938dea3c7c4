package io.farref.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short soak; {@code dev/soak} makes the long one. */
class SoakTest {
  @Test
  void callsAndReferencesDoNotLeakMemoryThreadsOrDescriptors() throws Exception {
    assertThat(Soak.run(100_000, 10_000, System.out)).isEmpty();
  }
}
