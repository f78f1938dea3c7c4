package io.farref.transport.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class AdaptiveSpinTest {
  private static final long MILLI = 1_000_000;

  private long now;
  private final SpinBudget cores = new SpinBudget(2, () -> now);
  private final AdaptiveSpin spin =
      new AdaptiveSpin(new SpinBudget(2, () -> now += 1_000), 200_000);
  private int looks;

  @Test
  void theFirstWaitSpins() throws IOException {
    assertThat(awakeInVain()).isTrue();
  }

  @Test
  void aSpinEndsWhenTheConditionIsMet() throws IOException {
    assertThat(spin.await(() -> ++looks == 50)).isTrue();
    assertThat(looks).isEqualTo(50);
  }

  @Test
  void eachSpinInVainDoublesTheNumberOfShortSleepsBeforeTheNextSpin() throws IOException {
    for (int sleeps = 1; sleeps <= 64; sleeps *= 2) {
      assertThat(awakeInVain()).isTrue();
      for (int i = 0; i < sleeps; i++) {
        assertThat(awakeInVain()).as("after %d of %d sleeps", i, sleeps).isFalse();
        spin.slept(70_000);
      }
    }
  }

  @Test
  void longSleepsDoNotCountTowardsTheNextSpin() throws IOException {
    awakeInVain();
    for (int i = 0; i < 10; i++) {
      spin.slept(MILLI);
      assertThat(awakeInVain()).isFalse();
    }
  }

  @Test
  void aSpinThatSucceedsResetsTheNumberOfShortSleeps() throws IOException {
    for (int sleeps = 1; sleeps <= 8; sleeps *= 2) {
      awakeInVain();
      sleepShortly(sleeps);
    }
    spin.await(() -> true);
    awakeInVain();
    sleepShortly(1);

    assertThat(awakeInVain()).isTrue();
  }

  @Test
  void noThreadSpinsForAWhileAfterACoreWasNeeded() {
    assertThat(cores.wereWanted(10_000, now)).isFalse();
    assertThat(cores.areFree()).isTrue();
    assertThat(cores.wereWanted(MILLI, now)).isTrue();
    assertThat(cores.areFree()).isFalse();
    now += 2 * MILLI - 1;
    assertThat(cores.areFree()).isFalse();
    now++;
    assertThat(cores.areFree()).isTrue();
  }

  @Test
  void thePauseDoublesUpToALimitWhileCoresAreNeeded() {
    long[] expected = {2, 4, 8, 16, 32, 64, 64, 64};
    for (long millis : expected) {
      cores.wereWanted(MILLI, now);
      now += millis * MILLI - 1;
      assertThat(cores.areFree()).as("%d ms", millis).isFalse();
      now++;
      assertThat(cores.areFree()).as("%d ms", millis).isTrue();
    }
    now += 64 * MILLI;
    cores.wereWanted(MILLI, now);
    now += 2 * MILLI;
    assertThat(cores.areFree()).as("after a quiet time").isTrue();
  }

  @Test
  void noMoreThreadsThanCoresSpin() {
    assertThat(cores.enter()).isTrue();
    assertThat(cores.enter()).isTrue();
    assertThat(cores.enter()).isFalse();
    cores.leave();
    assertThat(cores.enter()).isTrue();
  }

  @Test
  void aSpinEndsAtOnceWhenTheCoreWasTakenAway() throws IOException {
    var impatient = new AdaptiveSpin(new SpinBudget(2, () -> now += MILLI), 200 * MILLI);
    now = 0;
    assertThat(impatient.await(() -> false)).isFalse();
    assertThat(now).isLessThan(10 * MILLI);
  }

  @Test
  void noThreadSpinsOnASingleCore() {
    assertThat(new SpinBudget(1, () -> now).areFree()).isFalse();
  }

  /** Waits for a condition that is never met; returns whether the thread spun. */
  private boolean awakeInVain() throws IOException {
    looks = 0;
    spin.await(
        () -> {
          looks++;
          return false;
        });
    return looks > 1;
  }

  private void sleepShortly(int times) {
    for (int i = 0; i < times; i++) {
      spin.slept(70_000);
    }
  }
}
