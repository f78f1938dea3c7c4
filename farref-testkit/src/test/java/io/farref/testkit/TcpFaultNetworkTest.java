package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.ConnectionInfo;
import io.farref.Peer;
import io.farref.RpcTimeoutException;
import io.farref.testkit.TcpFaultProxy.Direction;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class TcpFaultNetworkTest {
  @Test
  void callsGoThroughTheProxyOfTheirWay() {
    try (TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1);
        LocalGroup group = LocalGroup.builder().network(net).start("a", "b", "c")) {
      int three = group.worker("a").peer("b").rpcSync(() -> Math.addExact(1, 2));
      assertThat(three).isEqualTo(3);
      assertThat(net.way("a", "b").forwarded(Direction.TO_TARGET)).isPositive();
      assertThat(net.way("a", "b").forwarded(Direction.TO_DIALER)).isPositive();
      assertThat(net.way("b", "a").accepted()).isZero();
      assertThat(net.way("a", "c").accepted()).isZero();
      assertThat(net.between("a", "b")).hasSize(2);
      assertThat(group.worker("a").connections())
          .extracting(ConnectionInfo::transport)
          .containsOnly("tcp");
    }
  }

  @Test
  void aHoldBetweenTwoWorkersDoesNotAffectOthers() {
    try (TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1);
        LocalGroup group = LocalGroup.builder().network(net).start("a", "b", "c")) {
      Peer b = group.worker("a").peer("b");
      Peer c = group.worker("a").peer("c");
      b.runSync(() -> {});
      net.way("a", "b").hold(Direction.TO_DIALER);
      assertThatThrownBy(() -> b.withTimeout(Duration.ofMillis(50)).runSync(() -> {}))
          .isInstanceOf(RpcTimeoutException.class);
      assertThat((int) c.rpcSync(() -> 1)).isEqualTo(1);
      net.way("a", "b").release();
      assertThat((int) b.rpcSync(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void aWorkerThatDoesNotListenIsNotFound() {
    try (TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1)) {
      assertThatThrownBy(() -> net.way("a", "b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'b' does not listen");
    }
  }
}
