package io.farref.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void aDurationIsShownInTheLargestUnitThatItFills() {
    assertThat(Durations.format(5_000_000_000L)).isEqualTo("5 s");
    assertThat(Durations.format(1_500_000_000L)).isEqualTo("1.5 s");
    assertThat(Durations.format(20_000_000)).isEqualTo("20 ms");
    assertThat(Durations.format(250_000)).isEqualTo("250 µs");
    assertThat(Durations.format(0)).isEqualTo("0 µs");
  }

  @Test
  void aDurationBeyondTheClockBecomesTheLongest() {
    assertThat(Durations.nanos(Duration.ofMillis(3))).isEqualTo(3_000_000);
    assertThat(Durations.nanos(FOREVER)).isEqualTo(Durations.LONGEST_NANOS);
  }

  @Test
  void aTimeoutOfZeroOrForeverIsNoTimeout() {
    assertThat(Durations.timeoutNanos(Duration.ZERO)).isZero();
    assertThat(Durations.timeoutNanos(FOREVER)).isZero();
    assertThat(Durations.timeoutNanos(Duration.ofNanos(7))).isEqualTo(7);
  }

  @Test
  void aNegativeTimeoutIsRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.timeoutNanos(Duration.ofNanos(-1)))
        .withMessage("a timeout cannot be negative: PT-0.000000001S");
  }
}
