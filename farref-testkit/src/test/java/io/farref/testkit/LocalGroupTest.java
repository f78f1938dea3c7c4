package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LocalGroupTest {
  static final class Counter {
    private final AtomicInteger n = new AtomicInteger();

    int add(int k) {
      return n.addAndGet(k);
    }
  }

  @Test
  void everyWorkerCallsEveryOther() {
    try (LocalGroup group = LocalGroup.of("a", "b", "c")) {
      for (Worker from : group.workers()) {
        for (Worker to : group.workers()) {
          int three = from.peer(to.name()).rpcSync(() -> Math.addExact(1, 2));
          assertThat(three).isEqualTo(3);
        }
      }
    }
  }

  @Test
  void ranksFollowTheOrderOfTheNames() {
    try (LocalGroup group = LocalGroup.of("z", "y")) {
      assertThat(group.workers()).extracting(Worker::name).isEqualTo(List.of("z", "y"));
      assertThat(group.worker("z").rank()).isZero();
      assertThat(group.worker("y").rank()).isEqualTo(1);
    }
  }

  @Test
  void theCallersPackageIsOnTheAllowList() {
    try (LocalGroup group = LocalGroup.of("a", "b")) {
      RRef<Counter> counter = group.worker("a").peer("b").remote(Counter::new);
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(5))).isEqualTo(5);
      counter.close();
    }
  }

  @Test
  void anUnknownWorkerIsRefusedWithTheKnownNames() {
    try (LocalGroup group = LocalGroup.of("a")) {
      assertThatThrownBy(() -> group.worker("x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[a]");
    }
  }

  @Test
  void aGroupWithoutWorkersOrWithTwoOfOneNameIsRefused() {
    assertThatThrownBy(LocalGroup::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalGroup.of("a", "a")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyWorkerIsConfigured() {
    AtomicInteger configured = new AtomicInteger();
    try (LocalGroup group =
        LocalGroup.builder().configure(worker -> configured.incrementAndGet()).start("a", "b")) {
      assertThat(group.workers()).hasSize(configured.get());
    }
  }

  @Test
  void callsTimeOutWhileTheNetworkHoldsTheReplies() {
    FaultyNetwork net = FaultyNetwork.over(new InProcessTransport());
    try (LocalGroup group = LocalGroup.builder().network(net).start("a", "b")) {
      Peer b = group.worker("a").peer("b");
      b.rpcSync(() -> 1);
      net.path("b", "a").hold();

      assertThatThrownBy(() -> b.withTimeout(Duration.ofMillis(50)).rpcSync(() -> 1))
          .isInstanceOf(RpcTimeoutException.class);
      net.path("b", "a").release();
      int one = b.rpcSync(() -> 1);
      assertThat(one).isEqualTo(1);
    }
  }
}
