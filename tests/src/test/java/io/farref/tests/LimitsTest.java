package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.testkit.LocalGroup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A message over a limit is refused with the name of the limit, its value and the size. */
class LimitsTest extends StartedGroups {
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void openGate() {
    gate.countDown();
  }

  private static Limits limits(int attachments, int references, int elements, int symbols) {
    return Limits.DEFAULT
        .withMaxAttachments(attachments)
        .withMaxReferences(references)
        .withMaxElements(elements)
        .withMaxSymbols(symbols);
  }

  private static void assertRefused(Throwable thrown, String limit, int max, Execution ran) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(ran))
        .hasMessageContainingAll("limit " + limit + " is " + max);
  }

  @Test
  void aMessageOverTheLimitIsRefusedWithNameValueAndSize() {
    Limits small = Limits.DEFAULT.withMaxMessageBytes(10_000);
    Peer toB = toB(start((rank, worker) -> worker.limits(small)));
    String large = "x".repeat(20_000);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> large.length())),
        "maxMessageBytes",
        10_000,
        Execution.NOT_EXECUTED);
    assertThat(catchThrowable(() -> toB.rpcSync(() -> large.length())))
        .hasMessageMatching("(?s).*got 20\\d\\d\\d.*");
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> "y".repeat(20_000))),
        "maxMessageBytes",
        10_000,
        Execution.EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  /** A group where only one worker has these limits. */
  private LocalGroup onlyOne(int limited, Limits limits) {
    return start(
        (rank, worker) -> {
          if (rank == limited) {
            worker.limits(limits);
          }
        });
  }

  @Test
  void aMessageOverTheReceiversLimitIsRefusedAndTheConnectionStays() {
    Limits small = Limits.DEFAULT.withMaxMessageBytes(100_000).withMaxAttachmentBytes(200_000);
    Peer toB = toB(onlyOne(1, small));
    String large = "x".repeat(150_000);
    byte[] bytes = new byte[300_000];
    for (int i = 0; i < 2; i++) { // also before b's limits are known
      assertRefused(
          catchThrowable(() -> toB.rpcSync(() -> large.length())),
          "maxMessageBytes",
          100_000,
          Execution.NOT_EXECUTED);
    }
    assertThat(catchThrowable(() -> toB.rpcAsync(() -> large.length()).join()).getCause())
        .hasMessageContaining("on worker b");
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> bytes.length)),
        "maxAttachmentBytes",
        200_000,
        Execution.NOT_EXECUTED);
    try (RRef<Integer> there = toB.remote(() -> large.length())) {
      assertThatThrownBy(there::toHere).hasMessageContaining("maxMessageBytes is 100000");
    }
    assertThat(toB.rpcSync(() -> "y".repeat(50_000))).hasSize(50_000);
  }

  @Test
  void aResultOverTheCallersLimitIsRefusedAndTheConnectionStays() {
    Limits small =
        Limits.DEFAULT
            .withMaxMessageBytes(100_000)
            .withMaxAttachmentBytes(200_000)
            .withMaxAttachments(2);
    Peer toB = toB(onlyOne(0, small));
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> "y".repeat(150_000))),
        "maxMessageBytes",
        100_000,
        Execution.EXECUTED);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> new byte[300_000])),
        "maxAttachmentBytes",
        200_000,
        Execution.EXECUTED);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> new byte[3][20_000])),
        "maxAttachments",
        2,
        Execution.EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void aGraphDeeperThanTheLimitIsRefused() {
    Peer toB = toB(start((rank, worker) -> worker.limits(Limits.DEFAULT.withMaxDepth(50))));
    List<Object> deep = List.of();
    for (int i = 0; i < 100; i++) {
      deep = List.of(deep);
    }
    Object sent = deep;
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> sent.hashCode())),
        "maxDepth",
        50,
        Execution.NOT_EXECUTED);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> nest(100))), "maxDepth", 50, Execution.EXECUTED);
    assertThat(toB.rpcSync(() -> nest(10))).isNotNull();
  }

  private static List<Object> nest(int depth) {
    return depth == 0 ? List.of() : List.of(nest(depth - 1));
  }

  @Test
  void theReceiverHasItsOwnDepthLimit() {
    Peer toB =
        toB(
            start(
                (rank, worker) -> {
                  if (rank == 1) {
                    worker.limits(Limits.DEFAULT.withMaxDepth(50));
                  }
                }));
    Object sent = nest(100);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> sent.hashCode())),
        "maxDepth",
        50,
        Execution.NOT_EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void moreUnansweredCallsThanTheLimitAreRefusedAndTheOthersSucceed() {
    gate = new CountDownLatch(1);
    Peer toB =
        toB(
            start(
                (rank, worker) ->
                    worker
                        .limits(Limits.DEFAULT.withMaxPendingCalls(10))
                        .onOverload(Overload.REFUSE)));
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(toB.runAsync(() -> gate.await()));
    }
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> 1)), "maxPendingCalls", 10, Execution.NOT_EXECUTED);
    try (RRef<Integer> refused = toB.remote(() -> 1)) {
      assertThatThrownBy(refused::toHere).isInstanceOf(RefusedException.class);
    }
    gate.countDown();
    all.forEach(CompletableFuture::join);
    TwoWorkers.eventually(() -> assertThat(toB.rpcSync(() -> 1)).isEqualTo(1));
  }

  @Test
  void aTrailerOverALimitIsRefusedBeforeItIsSent() {
    LocalGroup group =
        start((rank, worker) -> worker.limits(limits(2, 3, Integer.MAX_VALUE - 16, 1 << 16)));
    Peer toB = toB(group);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      buffers.add(ByteBuffer.allocate(1 << 20));
    }
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> buffers.size())),
        "maxAttachments",
        2,
        Execution.NOT_EXECUTED);
    List<RRef<Integer>> references = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      references.add(group.worker("a").rref(i));
    }
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> references.size())),
        "maxReferences",
        3,
        Execution.NOT_EXECUTED);
    references.forEach(RRef::close);
    TwoWorkers.assertQuiet(group.worker("a"));
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void moreElementsThanTheLimitAreRefused() {
    Peer toB = toB(start((rank, worker) -> worker.limits(limits(10, 10, 1_000, 1 << 16))));
    List<Integer> many = Collections.nCopies(2_000, 1);
    List<Integer> copied = new ArrayList<>(many);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> copied.size())),
        "maxElements",
        1_000,
        Execution.NOT_EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void moreNamesThanTheLimitAreRefusedAndKnownOnesStillWork() {
    Peer toB = toB(start((rank, worker) -> worker.limits(limits(10, 10, 1_000, 2))));
    assertThat(one(toB)).isEqualTo(1);
    Throwable thrown =
        catchThrowable(
            () -> {
              toB.rpcSync(() -> 2);
              toB.rpcSync(() -> 3);
              toB.rpcSync(() -> 4);
            });
    assertRefused(thrown, "maxSymbols", 2, Execution.NOT_EXECUTED);
    assertThat(one(toB)).isEqualTo(1);
  }

  private static int one(Peer peer) {
    return peer.rpcSync(() -> 1);
  }

  @Test
  void manyReferenceMessagesReachAWorkerWithASmallMessageLimit() {
    Limits small = Limits.DEFAULT.withMaxMessageBytes(1024);
    LocalGroup group = start((rank, worker) -> worker.limits(small));
    Peer toB = toB(group);
    List<RRef<Counter>> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      all.add(toB.remote(Counter::new));
    }
    assertThat(all.getLast().<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(1);
    all.forEach(RRef::close);
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> 7)).isEqualTo(7);
    Groups.closeEmpty(group);
  }
}
