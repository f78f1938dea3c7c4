package io.farref.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ExitCodesTest {
  @Test
  void signalsHaveNamesAndOtherCodesAreCodes() {
    assertThat(ExitCodes.describe(137)).isEqualTo("was killed by signal 9 (SIGKILL)");
    assertThat(ExitCodes.describe(143)).isEqualTo("was killed by signal 15 (SIGTERM)");
    assertThat(ExitCodes.describe(0)).isEqualTo("finished");
    assertThat(ExitCodes.describe(1)).isEqualTo("exited with code 1");
    assertThat(ExitCodes.describe(255)).isEqualTo("exited with code 255");
  }
}
