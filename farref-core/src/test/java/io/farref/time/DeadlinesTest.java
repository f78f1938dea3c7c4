package io.farref.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  @Test
  void noDeadlineIsLaterThanAnyOther() {
    assertThat(Deadlines.after(0)).isEqualTo(Deadlines.NONE);
    assertThat(Deadlines.earlier(Deadlines.NONE, 5)).isEqualTo(5);
    assertThat(Deadlines.earlier(5, Deadlines.NONE)).isEqualTo(5);
    assertThat(Deadlines.isPast(Deadlines.NONE)).isFalse();
  }

  @Test
  void deadlinesAreComparedAcrossTheOverflowOfTheClock() {
    assertThat(Deadlines.earlier(7, 5)).isEqualTo(5);
    long before = Long.MAX_VALUE - 10;
    long after = Long.MIN_VALUE + 10;
    assertThat(Deadlines.earlier(before, after)).isEqualTo(before);
  }

  @Test
  void aDeadlineIsPastOnceTheClockHasReachedIt() {
    assertThat(Deadlines.isPast(System.nanoTime())).isTrue();
    assertThat(Deadlines.isPast(Deadlines.after(TimeUnit.HOURS.toNanos(1)))).isFalse();
  }
}
