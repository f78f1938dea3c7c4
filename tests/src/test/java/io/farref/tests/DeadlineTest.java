package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Deadline;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Deadlines of blocks of calls, and where they are visible. */
class DeadlineTest extends TwoWorkers {
  private static final Duration SHORT = Duration.ofMillis(40);
  private static final Duration LONG = Duration.ofMinutes(5);

  @Override
  LocalGroup start() {
    return LocalGroup.of("a", "b", "c");
  }

  private static int block() throws InterruptedException {
    new CountDownLatch(1).await();
    return 1;
  }

  private static long remainingNanos() {
    return Deadline.current().map(Deadline::remaining).map(Duration::toNanos).orElse(-1L);
  }

  interface Slow {
    int blocked() throws InterruptedException;

    CompletableFuture<Integer> blockedLater();
  }

  /** A value with methods that block. */
  static final class Blocking {
    int blocked() throws InterruptedException {
      return block();
    }

    int blockedLater() throws InterruptedException {
      return block();
    }
  }

  // ---- What a block ends -----------------------------------------------------------------------

  @Test
  void everyKindOfCallEndsAtTheDeadlineOfItsBlock() {
    Peer withoutTimeout = toB.withTimeout(Duration.ZERO);
    try (RRef<Blocking> there = toB.remote(Blocking::new)) {
      RRef<Blocking> ref = there.withTimeout(LONG);
      Slow facade = ref.as(Slow.class);
      List<Deadline.Block<Exception>> calls =
          List.of(
              () -> withoutTimeout.rpcSync(DeadlineTest::block),
              () -> withoutTimeout.runSync(() -> block()),
              () -> withoutTimeout.rpcAsync(DeadlineTest::block).get(),
              () -> withoutTimeout.runAsync(() -> block()).get(),
              () -> withoutTimeout.rpcCompose(() -> new CompletableFuture<Integer>()).get(),
              () -> ref.rpcSync(Blocking::blocked),
              () -> ref.runSync(Blocking::blocked),
              () -> ref.rpcAsync(Blocking::blocked).get(),
              () -> ref.call("blocked"),
              facade::blocked,
              () -> facade.blockedLater().get());
      for (Deadline.Block<Exception> each : calls) {
        assertThatThrownBy(() -> Deadline.within(SHORT).run(each))
            .satisfiesAnyOf(
                e -> assertThat(e).isInstanceOf(RpcTimeoutException.class),
                e -> assertThat(e).hasCauseInstanceOf(RpcTimeoutException.class));
      }
    }
  }

  @Test
  void aCreationMadeInABlockEndsWithItsDeadline() {
    RRef<Integer> never =
        Deadline.within(SHORT)
            .call(() -> toB.withTimeout(Duration.ZERO).remote(DeadlineTest::block));
    assertThatThrownBy(() -> never.withTimeout(LONG).toHere())
        .isInstanceOf(RpcTimeoutException.class);
    never.close();
  }

  @Test
  void waitingForALocalValueEndsAtTheDeadlineOfTheBlock() {
    try (RRef<Integer> never = a.self().withTimeout(Duration.ofSeconds(1)).remote(() -> block())) {
      assertThatThrownBy(() -> Deadline.within(SHORT).run(never::localValue))
          .isInstanceOf(RpcTimeoutException.class);
    }
  }

  @Test
  void theEarlierOfBlockAndTimeoutApplies() {
    long ofBlock =
        Deadline.within(LONG)
            .call(() -> toB.withTimeout(Duration.ofHours(2)).rpcSync(DeadlineTest::remainingNanos));
    assertThat(ofBlock).isPositive().isLessThanOrEqualTo(LONG.toNanos());
    long ofCall =
        Deadline.within(Duration.ofHours(2))
            .call(() -> toB.withTimeout(LONG).rpcSync(DeadlineTest::remainingNanos));
    assertThat(ofCall).isPositive().isLessThanOrEqualTo(LONG.toNanos());
    assertThat(
            toB.withTimeout(Duration.ZERO).<Long, RuntimeException>rpcSync(() -> remainingNanos()))
        .as("without either")
        .isEqualTo(-1);
  }

  @Test
  void aCallInABlockPastItsDeadlineIsNotMade() {
    long before = a.stats().callsSent();
    assertThatThrownBy(() -> Deadline.within(Duration.ZERO).call(() -> toB.rpcSync(() -> 1)))
        .isInstanceOfSatisfying(
            RpcTimeoutException.class, e -> assertThat(e.safeToRetry()).isTrue());
    assertThat(a.stats().callsSent()).isEqualTo(before);
  }

  // ---- Where it is found -----------------------------------------------------------------------

  @Test
  void theEarlierOfNestedBlocksApplies() {
    assertThat(Deadline.current()).isEmpty();
    Deadline.within(LONG)
        .run(
            () -> {
              assertThat(remainingNanos()).isBetween(1L, LONG.toNanos());
              Deadline.within(Duration.ofHours(1))
                  .run(() -> assertThat(remainingNanos()).isBetween(1L, LONG.toNanos()));
              Deadline.within(Duration.ZERO)
                  .run(
                      () -> {
                        assertThat(Deadline.current().orElseThrow().isPast()).isTrue();
                        assertThat(remainingNanos()).isZero();
                        Deadline.within(LONG).run(() -> assertThat(remainingNanos()).isZero());
                      });
              assertThat(Deadline.current().orElseThrow().isPast()).isFalse();
            });
    assertThat(Deadline.current()).isEmpty();
  }

  @Test
  void theRemainingTimeIsInheritedOverTwoHops() {
    long[] remaining =
        Deadline.within(LONG)
            .call(
                () ->
                    toB.withTimeout(Duration.ZERO)
                        .rpcSync(
                            () -> {
                              long atB = remainingNanos();
                              long atC =
                                  Worker.current()
                                      .peer("c")
                                      .withTimeout(Duration.ZERO)
                                      .rpcSync(DeadlineTest::remainingNanos);
                              return new long[] {atB, atC};
                            }));
    assertThat(remaining[0]).isPositive().isLessThanOrEqualTo(LONG.toNanos());
    assertThat(remaining[1]).isPositive().isLessThan(remaining[0]);
  }

  @Test
  void aBlockWithinACallHasTheEarlierDeadline() {
    long remaining =
        toB.withTimeout(LONG)
            .rpcSync(() -> Deadline.within(Duration.ofHours(1)).call(DeadlineTest::remainingNanos));
    assertThat(remaining).isPositive().isLessThanOrEqualTo(LONG.toNanos());
    long shorter =
        toB.withTimeout(Duration.ofHours(1))
            .rpcSync(
                () ->
                    Deadline.within(LONG)
                        .call(() -> Worker.current().peer("c").rpcSync(() -> remainingNanos())));
    assertThat(shorter).isPositive().isLessThanOrEqualTo(LONG.toNanos());
  }

  // ---- Its own ---------------------------------------------------------------------------------

  @Test
  void aBlockReturnsItsValueAndThrowsItsOwnException() throws IOException {
    Deadline deadline = Deadline.within(LONG);
    int one = deadline.call(() -> 1);
    assertThat(one).isEqualTo(1);
    assertThat(deadline.<String, IOException>call(DeadlineTest::readLine)).isEqualTo("line");
    assertThatThrownBy(
            () ->
                deadline.run(
                    () -> {
                      throw new IOException("of the block");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("of the block");
  }

  private static String readLine() throws IOException {
    return "line";
  }

  @Test
  void aNegativeDurationIsRejectedAndAVeryLongOneAccepted() {
    assertThatThrownBy(() -> Deadline.within(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.000000001S");
    Deadline far = Deadline.within(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(far.isPast()).isFalse();
    assertThat(far.remaining()).isGreaterThan(Duration.ofDays(365 * 70));
    assertThat((int) far.call(() -> toB.rpcSync(() -> 3))).isEqualTo(3);
  }
}
