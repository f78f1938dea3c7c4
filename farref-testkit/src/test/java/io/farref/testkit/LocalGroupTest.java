package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  void theCallersPackageMayTravel() {
    try (LocalGroup group = LocalGroup.of("a", "b")) {
      RRef<Counter> counter = group.worker("a").peer("b").remote(Counter::new);
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(5))).isEqualTo(5);
      counter.close();
    }
  }

  @Test
  void anUnknownWorkerIsAnsweredWithTheKnownOnes() {
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
  void callsTimeOutWhileTheNetworkHoldsTheReplies() {
    FaultyNetwork net = FaultyNetwork.over(new InProcessTransport());
    try (LocalGroup group =
        LocalGroup.builder()
            .network(net)
            .configure(worker -> worker.rpcTimeout(Duration.ofMillis(100)))
            .start("a", "b")) {
      Worker a = group.worker("a");
      a.peer("b").rpcSync(() -> 1);
      net.path("b", "a").hold();

      assertThatThrownBy(() -> a.peer("b").rpcSync(() -> 1))
          .isInstanceOf(RpcTimeoutException.class);
      assertThat(net.path("b", "a").underWay()).isPositive();
      net.path("b", "a").release();
      int one = a.peer("b").withTimeout(Duration.ofSeconds(20)).rpcSync(() -> 1);
      assertThat(one).isEqualTo(1);
    }
  }
}
