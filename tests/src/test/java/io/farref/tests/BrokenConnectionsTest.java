package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Retry;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownPeerException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.testkit.TcpFaultNetwork;
import io.farref.testkit.TcpFaultProxy;
import io.farref.testkit.TcpFaultProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two workers over real TCP connections that break: no call is lost and none runs twice. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class BrokenConnectionsTest {
  private static final Duration SESSION = Duration.ofSeconds(4);
  private static final ConcurrentMap<Integer, Integer> RUNS = new ConcurrentHashMap<>();

  private final TcpFaultNetwork net = TcpFaultNetwork.ofSeed(1);
  private LocalGroup group;
  private Worker a;
  private Peer toB;

  @BeforeEach
  void join() {
    RUNS.clear();
    Gates.reset();
    group =
        LocalGroup.builder()
            .network(net)
            .configure(worker -> worker.sessionTimeout(SESSION))
            .start("a", "b");
    a = group.worker("a");
    toB = a.peer("b");
  }

  @AfterEach
  void leave() {
    group.closeNow();
    net.close();
  }

  private void closeWithEmptyTables() {
    Groups.closeEmpty(group);
  }

  private static int run(int call) {
    RUNS.merge(call, 1, Integer::sum);
    return call;
  }

  /** Makes a call and records that it returned the expected value. */
  private void call(int number) {
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> run(number))).isEqualTo(number);
  }

  private static void assertEachRanOnce(int calls) {
    assertThat(RUNS).hasSize(calls);
    assertThat(RUNS.values()).allMatch(runs -> runs == 1);
  }

  @Test
  void syncCallsSucceedHoweverOftenTheConnectionIsReset() {
    call(0);
    for (int i = 1; i < 200; i++) {
      if (i % 10 == 0) {
        net.way("a", "b").reset();
      }
      call(i);
    }
    assertEachRanOnce(200);
    closeWithEmptyTables();
  }

  @Test
  void retriedCallsRunOnceHoweverOftenTheConnectionIsReset() {
    Peer impatient =
        toB.retrying(
            Retry.DEFAULT
                .withPauses(Duration.ofMillis(1), Duration.ofMillis(5))
                .withAttemptTimeout(Duration.ofMillis(10)));
    call(0);
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      int number = i;
      calls.add(
          impatient.rpcAsync(
              () -> {
                if (number % 30 == 0) {
                  Gates.pass("again"); // until other attempts have arrived
                }
                return run(number);
              }));
      if (i % 50 == 0) {
        net.way("a", "b").reset();
      }
    }
    Groups.eventually("made again", () -> group.worker("b").stats().callsServed() > 330);
    net.way("a", "b").reset();
    Gates.open("again");
    assertThat(calls.stream().map(CompletableFuture::join))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 300).boxed().toList());
    assertEachRanOnce(301);
    closeWithEmptyTables();
  }

  @Test
  void callsUnderWayWhenTheConnectionBreaksRunOnceAndAreAnswered() {
    call(0);
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    for (int i = 1; i <= 5000; i++) {
      int number = i;
      calls.add(toB.rpcAsync(() -> run(number)));
      if (i % 500 == 0) {
        net.way("a", "b").reset();
      }
    }
    assertThat(calls.stream().map(CompletableFuture::join))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 5000).boxed().toList());
    assertEachRanOnce(5001);
    closeWithEmptyTables();
  }

  @ParameterizedTest
  @EnumSource
  void aCallRunsOnceAndIsAnsweredWhereverTheConnectionIsCut(Direction direction) {
    call(0);
    for (int i = 1; i <= 150; i++) {
      net.way("a", "b").cutAfter(direction, i);
      call(2 * i);
      call(2 * i + 1);
    }
    assertThat(RUNS.values()).allMatch(runs -> runs == 1);
    closeWithEmptyTables();
  }

  @Test
  void largePayloadsArriveWholeAcrossBreaks() {
    byte[] payload = new byte[5 << 20];
    new Random(1).nextBytes(payload);
    call(0);
    TcpFaultProxy way = net.way("a", "b");
    for (int i = 0; i < 6; i++) {
      way.cutAfter(i % 2 == 0 ? Direction.TO_TARGET : Direction.TO_DIALER, (i + 1) * 700_001L);
      byte[] back =
          toB.rpcSync(
              () -> {
                payload[0]++;
                return payload;
              });
      assertThat(back[0]).isEqualTo((byte) (payload[0] + 1));
      assertThat(Arrays.mismatch(back, payload)).isZero();
      assertThat(Arrays.equals(back, 1, back.length, payload, 1, payload.length)).isTrue();
    }
    closeWithEmptyTables();
  }

  @Test
  void referencesSurviveABreak() {
    RRef<ArrayList<String>> list = toB.remote(() -> new ArrayList<String>());
    for (int i = 0; i < 20; i++) {
      net.everywhere().forEach(TcpFaultProxy::reset);
      list.runSync(there -> there.add("x"));
      list.remote(ArrayList::size).close();
    }
    assertThat(list.<Integer, RuntimeException>rpcSync(ArrayList::size)).isEqualTo(20);
    list.close();
    closeWithEmptyTables();
  }

  @Test
  void callsWaitForTheEndOfAnOutage() {
    call(0);
    net.way("a", "b").outage(Duration.ofSeconds(1));
    call(1);
    assertEachRanOnce(2);
    closeWithEmptyTables();
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatFallsSilentIsReplaced(Direction direction) {
    call(0);
    net.way("a", "b").hold(direction);
    CompletableFuture<Integer> call = toB.rpcAsync(() -> run(1));
    int before = net.way("a", "b").accepted();
    Groups.eventually("another connection", () -> net.way("a", "b").accepted() > before);
    net.way("a", "b").heal();
    assertThat(call.join()).isEqualTo(1);
    assertEachRanOnce(2);
    closeWithEmptyTables();
  }

  @Test
  void aFirstConnectionThatIsNotAnsweredIsRetriedBeforeTheWorkerIsDeclaredDead() {
    net.way("a", "b").hold();
    CompletableFuture<Integer> call = toB.rpcAsync(() -> run(1));
    Groups.eventually("another attempt", () -> net.way("a", "b").accepted() > 1);
    net.way("a", "b").heal();
    assertThat(call.join()).isEqualTo(1);
    assertEachRanOnce(1);
    closeWithEmptyTables();
  }

  @Test
  void aTimeoutHoldsDuringAnOutage() {
    call(0);
    net.way("a", "b").refuse();
    net.way("a", "b").reset();
    assertThatExceptionOfType(RpcTimeoutException.class)
        .isThrownBy(() -> toB.withTimeout(Duration.ofMillis(200)).rpcSync(() -> run(1)));
    net.way("a", "b").heal();
    call(2);
    assertThat(RUNS.getOrDefault(1, 0)).isLessThanOrEqualTo(1);
    closeWithEmptyTables();
  }

  @Test
  void aPeerThatIsUnreachableForTooLongIsLostOnBothSides() {
    call(0);
    RRef<Object> held = toB.remote(Object::new);
    held.toHere();
    net.everywhere().forEach(TcpFaultProxy::blackhole);
    net.everywhere().forEach(TcpFaultProxy::reset);
    CompletableFuture<Integer> first = toB.rpcAsync(() -> run(1));
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(first::join)
        .havingCause()
        .isInstanceOf(WorkerLostException.class)
        .withMessageContaining("silent for 4 s");
    assertThatExceptionOfType(WorkerLostException.class)
        .isThrownBy(held::toHere)
        .returns(Execution.NOT_EXECUTED, WorkerLostException::execution);
    Groups.eventually("b lost a", () -> isUnknown(group.worker("b"), "a") && isUnknown(a, "b"));
    assertThat(group.worker("b").stats().valuesOwned()).isZero();
    assertThat(RUNS).containsOnlyKeys(0);
  }

  @Test
  void callsSentDuringAnEndlessOutageWereNotExecuted() {
    call(0);
    net.everywhere().forEach(TcpFaultProxy::refuse);
    net.everywhere().forEach(TcpFaultProxy::reset);
    Groups.eventually("the break is noticed", () -> net.way("a", "b").connections() == 0);
    RRef<Object> unheard = toB.remote(Object::new);
    assertThatExceptionOfType(WorkerLostException.class)
        .isThrownBy(() -> toB.rpcSync(() -> run(1)))
        .satisfies(lost -> assertThat(lost.execution()).isNotEqualTo(Execution.EXECUTED));
    assertThatExceptionOfType(WorkerLostException.class).isThrownBy(unheard::toHere);
    assertThat(RUNS).containsOnlyKeys(0);
  }

  private static boolean isUnknown(Worker worker, String name) {
    try {
      worker.peer(name);
      return false;
    } catch (UnknownPeerException e) {
      return true;
    }
  }
}
