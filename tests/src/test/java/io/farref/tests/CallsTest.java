package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The verbs on a peer, in one JVM. */
@ExtendWith(NoLeaks.class)
class CallsTest {
  private static final CountDownLatch[] GATE = new CountDownLatch[1];

  private final LocalGroup group = LocalGroup.of("a", "b");
  private final Worker a = group.worker("a");
  private final Peer b = a.peer("b");

  @AfterEach
  void close() {
    group.close();
  }

  static final class Counter {
    private final AtomicInteger n = new AtomicInteger();

    int add(int k) {
      return n.addAndGet(k);
    }

    void reset() {
      n.set(0);
    }
  }

  interface Counting {
    int add(int k);
  }

  @Test
  void syncAsyncAndRemoteReachTheOtherWorker() {
    int three = b.rpcSync(() -> Math.addExact(1, 2));
    assertThat(three).isEqualTo(3);
    assertThat(b.rpcSync(() -> Worker.current().name())).isEqualTo("b");
    CompletableFuture<Integer> f = b.rpcAsync(() -> Math.addExact(1, 2));
    assertThat(f.join()).isEqualTo(3);
    try (RRef<Counter> counter = b.remote(Counter::new);
        RRef<Integer> there = counter.remote(c -> c.add(5))) {
      assertThat(there.toHere()).isEqualTo(5);
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(5))).isEqualTo(10);
      counter.runSync(c -> c.reset());
      assertThat(counter.as(Counting.class).add(1)).isEqualTo(1);
    }
  }

  @Test
  void checkedExceptionsArriveAsTheirOwnType() {
    assertThatThrownBy(
            () ->
                b.rpcSync(
                    () -> {
                      throw new IOException("no disk");
                    }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no disk")
        .hasStackTraceContaining("on worker b, called from worker a");
  }

  @Test
  void tenThousandBlockingCallsAtOnceMakeProgress() {
    GATE[0] = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    Peer withLongTimeout = b.withTimeout(Duration.ofSeconds(30));
    for (int i = 0; i < 10_000; i++) {
      all.add(withLongTimeout.runAsync(() -> GATE[0].await()));
    }
    b.runSync(() -> GATE[0].countDown());
    all.forEach(CompletableFuture::join);
    assertThat(a.stats().callsPending()).isZero();
  }
}
