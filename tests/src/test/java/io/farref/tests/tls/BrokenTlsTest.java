package io.farref.tests.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.testkit.TcpFaultNetwork;
import io.farref.testkit.TcpFaultProxy.Direction;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP connections with TLS break, also during the TLS handshake, and calls still run once. */
@ExtendWith(NoLeaks.class)
class BrokenTlsTest {
  private static final ConcurrentMap<Integer, Integer> RUNS = new ConcurrentHashMap<>();

  private final TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1);
  private final TlsGroups groups = new TlsGroups();
  private Peer toB;

  @BeforeEach
  void join() {
    RUNS.clear();
    Certificates certificates = new Certificates();
    LocalGroup group =
        groups.start(
            LocalGroup.builder().network(net),
            certificates.tls("a"),
            certificates.tls("b"),
            worker -> worker.secret("known"));
    toB = group.worker("a").peer("b");
  }

  @AfterEach
  void leave() {
    groups.close();
    net.close();
  }

  private static int run(int call) {
    RUNS.merge(call, 1, Integer::sum);
    return call;
  }

  private void call(int number) {
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> run(number))).isEqualTo(number);
  }

  private static void assertEachRanOnce(int calls) {
    assertThat(RUNS).hasSize(calls);
    assertThat(RUNS.values()).allMatch(runs -> runs == 1);
  }

  @Test
  void aSessionContinuesWithANewTlsConnection() {
    for (int i = 0; i < 100; i++) {
      call(i);
      if (i % 10 == 0) {
        net.way("a", "b").reset();
      }
    }
    assertEachRanOnce(100);
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatIsCutAnywhereInItsHandshakeIsReplacedByAnother(Direction direction) {
    call(0);
    int calls = 1;
    for (int at = 1; at < 2_500; at += 97) {
      net.way("a", "b").cutAfter(direction, at);
      net.way("a", "b").reset();
      call(calls++);
    }
    assertEachRanOnce(calls);
  }
}
