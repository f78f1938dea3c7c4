package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A value whose own code takes long while it is decoded, such as a key whose {@code hashCode} waits
 * or computes: how long it holds up other calls of its connection.
 */
class SlowDecodingTest extends TwoWorkers {
  private static volatile boolean slow;
  private static volatile boolean done;

  @BeforeEach
  @AfterEach
  void reset() {
    Gates.reset();
    slow = false;
    done = false;
  }

  private record Waiting(int n) {
    @Override
    public int hashCode() {
      if (slow) {
        Gates.open("decoding");
        Gates.pass("hash");
      }
      return n;
    }
  }

  private record Computing(int n) {
    @Override
    public int hashCode() {
      if (slow) {
        Gates.open("decoding");
        while (!done) {
          Thread.onSpinWait();
        }
      }
      return n;
    }
  }

  private CompletableFuture<Integer> send(Set<?> keys, String filler) {
    slow = true;
    CompletableFuture<Integer> sent = toB.rpcAsync(() -> keys.size() + filler.length());
    Gates.pass("decoding");
    return sent;
  }

  private long nanosOfAnotherCall() {
    long start = System.nanoTime();
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    return System.nanoTime() - start;
  }

  @Test
  void aValueWhoseHashCodeWaitsHoldsUpOtherCallsForAMomentOnly() {
    for (String filler : new String[] {"", "x".repeat(40_000)}) { // inline, and on its own thread
      reset();
      Set<Waiting> keys = new HashSet<>(Set.of(new Waiting(1)));
      CompletableFuture<Integer> sent = send(keys, filler);
      assertThat(nanosOfAnotherCall()).isLessThan(TimeUnit.MILLISECONDS.toNanos(700));
      assertThat(sent).isNotDone();
      assertThat(nanosOfAnotherCall()).isLessThan(TimeUnit.MILLISECONDS.toNanos(700));
      Gates.open("hash");
      assertThat(sent.join()).isEqualTo(1 + filler.length());
    }
  }

  @Test
  void aValueWhoseHashCodeComputesHoldsUpOtherCallsForASecondAtMostAndOnce() {
    Set<Computing> keys = new HashSet<>(Set.of(new Computing(1)));
    CompletableFuture<Integer> sent = send(keys, "");
    assertThat(nanosOfAnotherCall()).isLessThan(TimeUnit.MILLISECONDS.toNanos(2_000));
    assertThat(sent).isNotDone();
    assertThat(nanosOfAnotherCall()).isLessThan(TimeUnit.MILLISECONDS.toNanos(700));
    done = true;
    assertThat(sent.join()).isEqualTo(1);
  }

  @Test
  void callsBehindAValueThatIsDecodedSlowlyStartInOrder() {
    Set<Waiting> keys = new HashSet<>(Set.of(new Waiting(1)));
    CompletableFuture<Integer> sent = send(keys, "");
    StringBuffer order = ORDER;
    order.setLength(0);
    for (int i = 0; i < 5; i++) {
      int n = i;
      toB.runSync(() -> ORDER.append(n));
    }
    assertThat(order).hasToString("01234");
    Gates.open("hash");
    assertThat(sent.join()).isEqualTo(1);
  }

  private static final StringBuffer ORDER = new StringBuffer();
}
