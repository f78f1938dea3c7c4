package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.client.PendingCall;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Read leases are revoked all the time, at any moment of a call, also from threads that are not
 * stuck: calls are answered all the same, and none stays in a table or in the start order.
 */
@Timeout(60)
class HammeredReadLeaseTest {
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final TwoEnds ends = TwoEnds.withoutHelp();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger taken = new AtomicInteger();
  private CompletableFuture<Void> hammer;

  @BeforeEach
  void start() {
    STARTED.set(0);
    assertThat(ends.sync(() -> 1)).isOne();
    hammer = TwoEnds.onPlatformThread(this::hammer);
  }

  @AfterEach
  void end() {
    over.set(true);
    hammer.join();
    ends.close();
  }

  private Void hammer() {
    while (!over.get()) {
      for (Connection each : List.of(ends.server, ends.client)) {
        ConnectionReader reader = each.reader();
        if (reader != null && !reader.role().isFree() && reader.look(System.nanoTime(), 0, 0)) {
          taken.incrementAndGet();
        }
      }
    }
    return null;
  }

  private static int plus(int n) {
    return n + 1;
  }

  private static int slowly(int n) {
    LockSupport.parkNanos(50_000);
    return n + 1;
  }

  private static int failing(int n) {
    throw new IllegalStateException("call " + n);
  }

  private static CompletableFuture<Integer> later(int n) {
    return CompletableFuture.supplyAsync(() -> n + 1);
  }

  private Void call(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700);
    while (System.nanoTime() - end < 0) {
      int n = random.nextInt(1_000_000);
      CompletableFuture<Integer> failed = ends.async(() -> failing(n));
      PendingCall<Integer> plus = ends.async(() -> plus(n));
      PendingCall<Integer> slow = ends.async(() -> slowly(n));
      PendingCall<Integer> composed =
          ends.client.call(
              Request.onWorker(
                  (io.farref.RemoteCallable<?, RuntimeException>) () -> later(n),
                  io.farref.wire.CallHead.COMPOSE,
                  TwoEnds.PATIENCE));
      assertThat(ends.sync(() -> plus(n))).as("seed %d", seed).isEqualTo(n + 1);
      assertThat(plus.join()).as("seed %d", seed).isEqualTo(n + 1);
      assertThat(slow.join()).as("seed %d", seed).isEqualTo(n + 1);
      assertThat(composed.join()).as("seed %d", seed).isEqualTo(n + 1);
      assertThat(failed.handle((_, e) -> e).join()).hasMessage("call " + n);
    }
    return null;
  }

  @Test
  void allCallsAreAnsweredAndNoneStaysInATable() {
    long seed = System.nanoTime();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long own = seed + i;
      all.add(TwoEnds.onPlatformThread(() -> call(own)));
    }
    all.forEach(CompletableFuture::join);
    over.set(true);
    hammer.join();
    assertThat(taken).as("turns taken").hasPositiveValue();
    ends.awaitQuiet();
    ends.letOwnReaderRest(); // no call is left whose reply a thread would have to read
  }

  @Test
  void callsOfOneThreadBeginInTheirOrder() {
    List<PendingCall<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(ends.async(() -> STARTED.incrementAndGet()));
    }
    int late = 0; // a thread that gets no processor for long; disorder would show in many
    for (int i = 1; i < all.size(); i++) {
      late += all.get(i).join() > all.get(i - 1).join() ? 0 : 1;
    }
    assertThat(late).isLessThan(20);
    over.set(true);
    hammer.join();
    ends.awaitQuiet();
  }
}
