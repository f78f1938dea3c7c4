package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class OptionsTest {
  @Test
  void everythingIsMeasuredUnlessSaidOtherwise() {
    assertThat(Options.parse())
        .isEqualTo(new Options(5, 1, java.util.Set.copyOf(Options.SECTIONS), false));
    assertThat(Options.parse("--rounds", "2", "--seconds", "0.5", "--only", "payload", "--hot"))
        .isEqualTo(new Options(2, 0.5, java.util.Set.of("payload"), true));
    assertThat(Options.parse("--seconds", "0.5").nanos()).isEqualTo(500_000_000);
  }

  @Test
  void aWrongOptionIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--fast"))
        .withMessage("no such option: --fast");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--rounds"))
        .withMessage("--rounds needs a value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--only", "payload,cpu"))
        .withMessageContaining("cpu");
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--rounds", "0"));
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--seconds", "NaN"));
  }
}
