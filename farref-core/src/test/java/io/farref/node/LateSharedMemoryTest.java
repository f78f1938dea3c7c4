package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ConnectionInfo;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.transport.shm.HeldWatcher;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two workers whose shared memory is not answered in time, and is later. */
@Timeout(60)
class LateSharedMemoryTest {
  private Worker a;
  private Worker b;

  @BeforeEach
  void join() {
    String place = "mem://" + UUID.randomUUID();
    List<CompletableFuture<Worker>> joining =
        Stream.of("a", "b")
            .map(
                name ->
                    CompletableFuture.supplyAsync(
                        () -> join(name, place), Thread::startVirtualThread))
            .toList();
    a = joining.getFirst().join();
    b = joining.getLast().join();
  }

  @AfterEach
  void close() {
    a.closeNow();
    b.closeNow();
    assertThat(a.connections()).isEmpty();
    assertThat(b.connections()).isEmpty();
  }

  private static Worker join(String name, String place) {
    return Worker.builder()
        .name(name)
        .rank(name.equals("a") ? 0 : 1)
        .worldSize(2)
        .rendezvous(place)
        .joinTimeout(Duration.ofSeconds(30))
        .sameHost(SameHost.AUTO)
        .join();
  }

  private ConnectionInfo dialed() {
    return a.connections().stream().filter(ConnectionInfo::dialed).findFirst().orElseThrow();
  }

  private ConnectionInfo accepted() {
    return b.connections().stream().filter(each -> !each.dialed()).findFirst().orElseThrow();
  }

  private static int next(RRef<AtomicInteger> counter) {
    return counter.<Integer, RuntimeException>rpcSync(AtomicInteger::incrementAndGet);
  }

  @Test
  void aPairThatMissedSharedMemoryMovesToItWhenItAnswersAndNoCallIsLostOrMadeTwice()
      throws Exception {
    Peer toB = a.peer("b");
    RRef<AtomicInteger> counter;
    try (HeldWatcher _ = new HeldWatcher()) {
      counter = toB.remote(AtomicInteger::new);
      assertThat(next(counter)).isEqualTo(1);
      assertThat(dialed().transport()).as("%s %s", dialed(), accepted()).isEqualTo("unix");
      assertThat(dialed().fallback().orElseThrow()).contains("shm: no answer from");
      assertThat(accepted().transport()).isEqualTo("unix");
    }
    int calls = 1;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!dialed().transport().equals("shm") && System.nanoTime() - end < 0) {
      assertThat(next(counter)).isEqualTo(++calls);
    }
    assertThat(dialed().transport()).isEqualTo("shm");
    assertThat(dialed().fallback()).isEmpty();
    Awaitility.await().until(() -> accepted().transport().equals("shm"));
    assertThat(next(counter)).isEqualTo(++calls);
    assertThat(counter.rpcAsync(c -> c.incrementAndGet()).get(10, TimeUnit.SECONDS))
        .isEqualTo(++calls);
    byte[] large = new byte[3 << 20];
    large[large.length - 1] = 7;
    assertThat(toB.rpcSync(() -> large[large.length - 1])).isEqualTo((byte) 7);
    counter.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "closeNow"})
  void aPairThatStillWaitsForSharedMemoryClosesAtOnce(String how) throws Exception {
    try (HeldWatcher _ = new HeldWatcher()) {
      assertThat(a.peer("b").rpcSync(() -> 1)).isEqualTo(1);
      if (how.equals("close")) {
        CompletableFuture<Void> other =
            CompletableFuture.runAsync(b::close, Thread::startVirtualThread);
        a.close();
        other.get(10, TimeUnit.SECONDS);
      } else {
        a.closeNow();
      }
      assertThat(a.isClosed()).isTrue();
    }
  }
}
