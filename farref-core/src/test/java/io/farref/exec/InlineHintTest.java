package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.NamedMethodCall;
import org.junit.jupiter.api.Test;

class InlineHintTest {
  private static final long QUICK = 1_000;
  private static final long SLOW = InlineHint.SLOW_NANOS + 1;

  private final InlineHint promptness = new InlineHint();

  private void quick(int times) {
    for (int i = 0; i < times; i++) {
      promptness.ran(QUICK);
    }
  }

  @Test
  void anUnknownFunctionIsTakenForFast() {
    assertThat(promptness.isPrompt()).isTrue();
  }

  @Test
  void aFunctionThatIsSlowThreeTimesInARowIsAlwaysSlow() {
    promptness.ran(SLOW);
    promptness.ran(SLOW);
    quick(1);
    promptness.ran(SLOW);
    promptness.ran(SLOW);
    assertThat(promptness.isAlwaysSlow()).isFalse();
    promptness.ran(SLOW);
    assertThat(promptness.isAlwaysSlow()).isTrue();
    quick(1);
    assertThat(promptness.isAlwaysSlow()).isFalse();
  }

  @Test
  void oneSlowRunIsNoProof() {
    promptness.ran(SLOW);
    assertThat(promptness.isPrompt()).isTrue();
    quick(10);
    promptness.ran(SLOW);
    assertThat(promptness.isPrompt()).isTrue();
  }

  @Test
  void aSlowFunctionIsFastAgainAfterSeveralFastRuns() {
    promptness.ran(SLOW);
    promptness.ran(SLOW);
    assertThat(promptness.isPrompt()).isFalse();
    quick(2);
    assertThat(promptness.isPrompt()).isFalse();
    quick(1);
    assertThat(promptness.isPrompt()).isTrue();
  }

  @Test
  void aFunctionFoundSlowWhileItRunsIsSlowBeforeItEnds() {
    promptness.waited();
    assertThat(promptness.isPrompt()).isFalse();
  }

  @Test
  void aFunctionThatWasSlowForLongIsTrustedAgainInTheEnd() {
    for (int i = 0; i < 10_000; i++) {
      promptness.ran(SLOW);
    }
    quick(60);
    assertThat(promptness.isPrompt()).isFalse();
    quick(1);
    assertThat(promptness.isPrompt()).isTrue();
  }

  @Test
  void eachFunctionClassAndEachMethodHasItsOwnHint() {
    InlineHints table = new InlineHints();
    Runnable one = () -> {};
    Runnable other = () -> {};
    table.of(one).waited();
    assertThat(table.of(one).isPrompt()).isFalse();
    assertThat(table.of(other).isPrompt()).isTrue();
    NamedMethodCall method = () -> "A.a";
    NamedMethodCall sameMethod = () -> "A.a";
    NamedMethodCall otherMethod = () -> "A.b";
    table.of(method).waited();
    assertThat(table.of(sameMethod).isPrompt()).isFalse();
    assertThat(table.of(otherMethod).isPrompt()).isTrue();
  }
}
