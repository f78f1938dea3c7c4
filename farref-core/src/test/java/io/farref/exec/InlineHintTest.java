package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.NamedMethodCall;
import org.junit.jupiter.api.Test;

class InlineHintTest {
  private static final long QUICK = 1_000;
  private static final long SLOW = InlineHint.SLOW_NANOS + 1;

  private final InlineHint hint = new InlineHint();

  private void quick(int times) {
    for (int i = 0; i < times; i++) {
      hint.ran(QUICK);
    }
  }

  @Test
  void anUnknownFunctionRunsInline() {
    assertThat(hint.mayRunInline()).isTrue();
  }

  @Test
  void aFunctionThatIsSlowThreeTimesInARowIsAlwaysSlow() {
    hint.ran(SLOW);
    hint.ran(SLOW);
    quick(1);
    hint.ran(SLOW);
    hint.ran(SLOW);
    assertThat(hint.isAlwaysSlow()).isFalse();
    hint.ran(SLOW);
    assertThat(hint.isAlwaysSlow()).isTrue();
    quick(1);
    assertThat(hint.isAlwaysSlow()).isFalse();
  }

  @Test
  void aFunctionThatIsSlowOnceStillRunsInline() {
    hint.ran(SLOW);
    assertThat(hint.mayRunInline()).isTrue();
    quick(10);
    hint.ran(SLOW);
    assertThat(hint.mayRunInline()).isTrue();
  }

  @Test
  void aSlowFunctionRunsInlineAgainAfterSeveralFastRuns() {
    hint.ran(SLOW);
    hint.ran(SLOW);
    assertThat(hint.mayRunInline()).isFalse();
    quick(2);
    assertThat(hint.mayRunInline()).isFalse();
    quick(1);
    assertThat(hint.mayRunInline()).isTrue();
  }

  @Test
  void aFunctionFoundWaitingIsOffLoadedBeforeItsRunEnds() {
    hint.waited();
    assertThat(hint.mayRunInline()).isFalse();
  }

  @Test
  void aFunctionThatWasSlowForLongRunsInlineAgainInTheEnd() {
    for (int i = 0; i < 10_000; i++) {
      hint.ran(SLOW);
    }
    quick(60);
    assertThat(hint.mayRunInline()).isFalse();
    quick(1);
    assertThat(hint.mayRunInline()).isTrue();
  }

  @Test
  void eachFunctionClassAndEachMethodHasItsOwnHint() {
    InlineHints table = new InlineHints();
    Runnable one = () -> {};
    Runnable other = () -> {};
    table.of(one).waited();
    assertThat(table.of(one).mayRunInline()).isFalse();
    assertThat(table.of(other).mayRunInline()).isTrue();
    NamedMethodCall method = () -> "A.a";
    NamedMethodCall sameMethod = () -> "A.a";
    NamedMethodCall otherMethod = () -> "A.b";
    table.of(method).waited();
    assertThat(table.of(sameMethod).mayRunInline()).isFalse();
    assertThat(table.of(otherMethod).mayRunInline()).isTrue();
  }
}
