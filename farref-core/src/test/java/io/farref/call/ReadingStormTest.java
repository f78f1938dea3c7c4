package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.client.PendingCall;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Calls from platform and virtual threads on one connection, at random times. The caller's side has
 * no watchdog: a reply that no thread reads would show as a call that times out.
 */
@Timeout(60)
class ReadingStormTest {
  private static final long DURATION = TimeUnit.MILLISECONDS.toNanos(700);

  private static int plus(int n) {
    return n + 1;
  }

  /** Waits for {@code nanos}, so that its thread loses the read lease. */
  private static int slowly(int n, long nanos) {
    LockSupport.parkNanos(nanos);
    return n + 1;
  }

  @SuppressWarnings("ThreadPriorityCheck") // to mix up the schedule a little
  private static void storm(TwoEnds ends, long seed, boolean virtual) {
    SplittableRandom random = new SplittableRandom(seed);
    long end = System.nanoTime() + DURATION;
    List<PendingCall<Integer>> open = new ArrayList<>();
    while (System.nanoTime() - end < 0) {
      int n = random.nextInt(1_000_000);
      switch (random.nextInt(16)) {
        case 0 -> {
          long nanos = random.nextLong(3_000_000);
          assertThat(ends.sync(() -> slowly(n, nanos))).as("seed %d", seed).isEqualTo(n + 1);
        }
        case 1, 2, 3 -> open.add(ends.async(() -> plus(n)));
        case 4 -> {
          PendingCall<Integer> last = ends.async(() -> plus(n));
          assertThat(last.join()).as("seed %d", seed).isEqualTo(n + 1);
        }
        case 5 -> {
          if (virtual || random.nextBoolean()) {
            Thread.yield();
          } else {
            LockSupport.parkNanos(random.nextLong(100_000));
          }
        }
        default -> assertThat(ends.sync(() -> plus(n))).as("seed %d", seed).isEqualTo(n + 1);
      }
    }
    open.forEach(CompletableFuture::join);
  }

  private static void storm(int platform, int virtual) {
    long seed = System.nanoTime();
    try (TwoEnds ends = TwoEnds.withoutHelp()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < platform + virtual; i++) {
        long own = seed + i;
        boolean isVirtual = i >= platform;
        all.add(
            isVirtual
                ? TwoEnds.onVirtualThread(() -> start(ends, own, true))
                : TwoEnds.onPlatformThread(() -> start(ends, own, false)));
      }
      all.forEach(CompletableFuture::join);
      ends.awaitQuiet();
    }
  }

  private static Void start(TwoEnds ends, long seed, boolean virtual) {
    storm(ends, seed, virtual);
    return null;
  }

  @Test
  void oneCallerAloneIsAlwaysAnswered() {
    storm(1, 0);
  }

  @Test
  void twoCallersAreAlwaysAnswered() {
    storm(2, 0);
  }

  @Test
  void aPlatformAndAVirtualThreadAreAlwaysAnswered() {
    storm(1, 1);
  }

  @Test
  void aHundredCallersAreAlwaysAnswered() {
    storm(50, 50);
  }
}
