package io.farref.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.call.TwoEnds;
import io.farref.wire.Window;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CreditWindowTest {
  private static final long KIB = 1 << 10;

  private final AtomicInteger waits = new AtomicInteger();
  private final CreditWindow credit = new CreditWindow(waits::incrementAndGet);

  private CompletableFuture<Long> waiting(long weight, boolean nested) {
    int before = waits.get();
    CompletableFuture<Long> taken =
        TwoEnds.onPlatformThread(
            () -> {
              try (BoundedWait endless = BoundedWait.endless()) {
                return credit.take(weight, nested, endless);
              }
            });
    TwoEnds.eventually(() -> waits.get() > before);
    return taken;
  }

  private void use(int calls, long weight) {
    for (int i = 0; i < calls; i++) {
      assertThat(credit.tryTake(weight)).isEqualTo(weight);
    }
  }

  @Test
  void creditIsLimitedToTheCallsOfTheWindow() {
    credit.announce(new Window(10, 1 << 20));
    use(10, 100);
    assertThat(credit.tryTake(100)).isEqualTo(CreditWindow.NONE);
    credit.giveBack(1, 100);
    use(1, 100);
    assertThat(credit.calls()).isEqualTo(10);
    assertThat(credit.bytes()).isEqualTo(1_000);
  }

  @Test
  void creditIsLimitedToTheBytesOfTheWindow() {
    credit.announce(new Window(1_000, 100 * KIB));
    use(10, 10 * KIB);
    assertThat(credit.tryTake(1)).isEqualTo(CreditWindow.NONE);
    credit.giveBack(1, 10 * KIB);
    assertThat(credit.tryTake(11 * KIB)).isEqualTo(CreditWindow.NONE);
    use(1, 10 * KIB);
  }

  @Test
  void aMessageOfAnySizeFitsAndLeavesAQuarterOfTheWindow() {
    credit.announce(new Window(1_000, 100 * KIB));
    assertThat(credit.tryTake(1L << 50)).isEqualTo(75 * KIB);
    assertThat(credit.tryTake(1L << 50)).isEqualTo(CreditWindow.NONE);
    use(1, 25 * KIB);
  }

  @Test
  void aFewSmallCallsAreAdmittedBeforeTheWindowIsKnown() {
    use(Window.FIRST.calls(), 100);
    assertThat(credit.tryTake(100)).isEqualTo(CreditWindow.NONE);
    credit.announce(new Window(10, 64 * KIB));
    use(2, 100);
    assertThat(credit.tryTake(100)).isEqualTo(CreditWindow.NONE);
  }

  @Test
  void aLargeCallWaitsUntilTheWindowIsKnownBecauseBothSidesMustWeighItAlike() {
    assertThat(credit.tryTake(60 * KIB)).isEqualTo(CreditWindow.NONE);
    CompletableFuture<Long> large = waiting(60 * KIB, false);
    assertThat(large).isNotDone();
    credit.announce(new Window(10, 64 * KIB));
    assertThat(large.join()).isEqualTo(48 * KIB);
  }

  @Test
  void waitingCallsAreAdmittedInOrderAndAreNotOvertaken() {
    credit.announce(new Window(8, 64 * KIB));
    use(8, 1);
    List<CompletableFuture<Long>> line = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      line.add(waiting(1, false));
    }
    credit.giveBack(1, 1);
    line.getFirst().join();
    assertThat(line.subList(1, 3)).noneMatch(CompletableFuture::isDone);
    assertThat(credit.tryTake(1)).as("others wait").isEqualTo(CreditWindow.NONE);
    credit.giveBack(2, 2);
    line.forEach(CompletableFuture::join);
    assertThat(credit.isAwaited()).isFalse();
    assertThat(credit.calls()).isEqualTo(8);
  }

  @Test
  void aCallMadeWithinACallIsAdmittedFirst() {
    credit.announce(new Window(8, 64 * KIB));
    use(8, 1);
    CompletableFuture<Long> outer = waiting(1, false);
    CompletableFuture<Long> nested = waiting(1, true);
    credit.giveBack(1, 1);
    nested.join();
    assertThat(outer).isNotDone();
    credit.giveBack(1, 1);
    outer.join();
  }

  @Test
  void smallCallsOvertakeALargeWaitingOneButNotForEver() {
    credit.announce(new Window(1_000, 100 * KIB));
    use(100, KIB);
    CompletableFuture<Long> large = waiting(75 * KIB, false);
    credit.giveBack(1, KIB);
    int passed = 0;
    CompletableFuture<Long> small = waiting(KIB, false);
    while (small.isDone() || credit.bytes() == 100 * KIB) {
      small.join();
      passed++;
      small = waiting(KIB, false);
      credit.giveBack(1, KIB);
    }
    assertThat(passed).isBetween(1, 100);
    credit.giveBack(74, 74 * KIB);
    assertThat(large.join()).isEqualTo(75 * KIB);
    credit.giveBack(1, 75 * KIB);
    small.join();
  }

  @Test
  void aCallThatTimesOutTakesNoCreditAndDelaysNoOther() {
    credit.announce(new Window(8, 64 * KIB));
    use(8, KIB);
    try (BoundedWait hasty =
        BoundedWait.of("b", null, System.nanoTime() + 1_000_000, true, "full")) {
      assertThatThrownBy(() -> credit.take(KIB, false, hasty))
          .isInstanceOf(io.farref.RpcTimeoutException.class)
          .hasMessageContaining("full");
    }
    assertThat(credit.isAwaited()).isFalse();
    credit.giveBack(8, 8 * KIB);
    assertThat(credit.calls()).isZero();
    assertThat(credit.bytes()).isZero();
  }

  @Test
  void waitingCallsFailWhenTheConnectionEnds() {
    credit.announce(new Window(8, 64 * KIB));
    use(8, 1);
    CompletableFuture<Long> waiting = waiting(1, false);
    credit.close();
    assertThatThrownBy(waiting::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ClosedChannelException.class);
  }

  @Test
  void invalidCreditMessagesAreRejected() {
    credit.announce(new Window(8, 64 * KIB));
    assertThatThrownBy(() -> credit.announce(new Window(9, 64 * KIB)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> credit.returned(1, 0)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new Window(7, 64 * KIB)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new Window(1 << 23, 64 * KIB)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new Window(8, 1L << 40)).isInstanceOf(MalformedException.class);
  }

  @Test
  void forgedCreditChangesNothing() {
    credit.announce(new Window(8, 64 * KIB));
    use(3, 100);
    for (int calls : new int[] {-1, Integer.MIN_VALUE, 4}) {
      assertThatThrownBy(() -> credit.returned(calls, 0)).isInstanceOf(MalformedException.class);
    }
    for (long bytes : new long[] {-1, Long.MIN_VALUE, 301}) {
      assertThatThrownBy(() -> credit.returned(0, bytes)).isInstanceOf(MalformedException.class);
    }
    assertThat(credit.calls()).isEqualTo(3);
    assertThat(credit.bytes()).isEqualTo(300);
  }

  @Test
  void manyThreadsNeverExceedTheWindowAndAllFinish() {
    Window window = new Window(8, 64 * KIB);
    credit.announce(window);
    AtomicLong bytes = new AtomicLong();
    AtomicInteger calls = new AtomicInteger();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int t = 0; t < 32; t++) {
      SplittableRandom random = new SplittableRandom(t);
      all.add(
          TwoEnds.onVirtualThread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  long weight = random.nextInt(10) == 0 ? 48 * KIB : random.nextLong(4 * KIB);
                  long taken = credit.tryTake(weight);
                  if (taken == CreditWindow.NONE) {
                    try (BoundedWait endless = BoundedWait.endless()) {
                      taken = credit.take(weight, random.nextBoolean(), endless);
                    }
                  }
                  assertThat(calls.incrementAndGet()).isLessThanOrEqualTo(window.calls());
                  assertThat(bytes.addAndGet(taken)).isLessThanOrEqualTo(window.bytes());
                  Thread.onSpinWait();
                  calls.decrementAndGet();
                  bytes.addAndGet(-taken);
                  credit.giveBack(1, taken);
                }
                return 0;
              }));
    }
    all.forEach(CompletableFuture::join);
    assertThat(credit.calls()).isZero();
    assertThat(credit.bytes()).isZero();
    assertThat(credit.isAwaited()).isFalse();
  }
}
