package io.farref.call.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RemoteCallable;
import io.farref.RpcCancelledException;
import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.call.Request;
import io.farref.call.Side;
import io.farref.call.TwoEnds;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Which thread reads which reply. The caller's side has no watchdog, so a reply that no thread is
 * responsible for is never read.
 */
@Timeout(60)
class CallerReaderTest {
  private static final ConcurrentMap<Integer, Thread> MADE_BY = new ConcurrentHashMap<>();
  private static final ConcurrentMap<Integer, CountDownLatch> GATES = new ConcurrentHashMap<>();

  private static final AtomicInteger SLOW_MADE = new AtomicInteger();

  private final TwoEnds ends = TwoEnds.withoutHelp();

  /**
   * Remembers the thread that made it: at the callee the one that runs, at the caller the decoder.
   */
  private record Mark(int number, String text) {
    Mark {
      MADE_BY.put(number, Thread.currentThread());
    }
  }

  /** A type that no earlier reply contained. */
  private record Fresh(int number) {
    Fresh {
      MADE_BY.put(number, Thread.currentThread());
    }
  }

  @BeforeEach
  void connect() {
    MADE_BY.clear();
    GATES.clear();
    ends.letOwnReaderRest();
  }

  @AfterEach
  void end() {
    GATES.values().forEach(CountDownLatch::countDown);
    ends.close();
  }

  private static CountDownLatch gate(int number) {
    return GATES.computeIfAbsent(number, _ -> new CountDownLatch(1));
  }

  /** Returns when its gate opens. */
  private static Mark mark(int number) {
    return mark(number, "");
  }

  private static Mark mark(int number, String text) {
    pass(gate(number));
    return new Mark(number, text);
  }

  private static void pass(CountDownLatch gate) {
    try {
      assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether a thread of the caller's library decoded it: the reader, or one that it started. */
  private static boolean isReader(int number) {
    return isOfLibrary(MADE_BY.get(number));
  }

  private static boolean isOfLibrary(Thread thread) {
    return thread.getName().startsWith("farref-caller-");
  }

  @Test
  void aCallerReadsTheReplyToItsOwnCall() {
    gate(1).countDown();
    int before = ends.role().uses();
    assertThat(ends.sync(() -> mark(1)).number()).isEqualTo(1);
    assertThat(MADE_BY.get(1)).isSameAs(Thread.currentThread());
    assertThat(ends.role().uses()).isEqualTo(before + 1);
  }

  @Test
  void theReplyToAnotherCallerIsReadByTheReaderAndBothGetTheirs() {
    CompletableFuture<Mark> first = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    CompletableFuture<Mark> second = TwoEnds.onPlatformThread(() -> ends.sync(() -> mark(2)));
    TwoEnds.eventually(() -> ends.client.pendingCalls() == 2);
    gate(2).countDown();
    assertThat(second.join().number()).isEqualTo(2);
    assertThat(isReader(2)).isTrue();
    assertThat(first).isNotDone();
    gate(1).countDown();
    assertThat(first.join().number()).isEqualTo(1);
    assertThat(isReader(1)).as("the caller left its role for good").isTrue();
  }

  @Test
  void whenACallerHasItsReplyTheReaderReadsForTheOthers() {
    CompletableFuture<Mark> first = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    CompletableFuture<Mark> second = TwoEnds.onPlatformThread(() -> ends.sync(() -> mark(2)));
    TwoEnds.eventually(() -> ends.client.pendingCalls() == 2);
    gate(1).countDown();
    assertThat(first.join().number()).isEqualTo(1);
    assertThat(isReader(1)).isFalse();
    gate(2).countDown();
    assertThat(second.join().number()).isEqualTo(2);
    assertThat(isReader(2)).isTrue();
  }

  @Test
  void anAsynchronousCallMadeWhileACallerReadsIsAnswered() {
    CompletableFuture<Mark> first = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    assertThat(ends.async(() -> 7).join()).isEqualTo(7);
    assertThat(first).isNotDone();
    gate(1).countDown();
    assertThat(first.join().number()).isEqualTo(1);
  }

  @Test
  void anAsynchronousCallMadeWhileNoThreadReadsIsAnswered() {
    for (int i = 0; i < 20; i++) {
      int n = i;
      ends.letOwnReaderRest();
      assertThat(ends.async(() -> n).join()).isEqualTo(n);
    }
  }

  @Test
  void theReaderReadsForACallOfAVirtualThreadMadeWhileNoThreadReads() {
    gate(1).countDown();
    int before = ends.role().uses();
    assertThat(TwoEnds.onVirtualThread(() -> ends.sync(() -> mark(1))).join().number()).isOne();
    assertThat(isReader(1)).isTrue();
    assertThat(ends.role().uses()).isEqualTo(before);
  }

  @Test
  void callbacksOfOtherCallsNeverRunOnTheCallerThatReads() {
    AtomicReference<Thread> ranOn = new AtomicReference<>();
    CompletableFuture<Void> called = ends.async(() -> mark(2)).thenAccept(_ -> ranOn.set(me()));
    TwoEnds.eventually(() -> !ends.role().isFree());
    CompletableFuture<Mark> reading = TwoEnds.onPlatformThread(() -> ends.sync(() -> mark(1)));
    TwoEnds.eventually(() -> ends.client.pendingCalls() == 2);
    gate(2).countDown();
    called.join();
    assertThat(isOfLibrary(ranOn.get())).isTrue();
    gate(1).countDown();
    assertThat(reading.join().number()).isOne();
  }

  @Test
  void theCallbackOfAnotherCallWhoseReplyACallerFindsRunsOnTheReader() {
    AtomicReference<Thread> ranOn = new AtomicReference<>();
    CompletableFuture<Mark> reading = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    CompletableFuture<Void> called = ends.async(() -> mark(2)).thenAccept(_ -> ranOn.set(me()));
    gate(2).countDown();
    called.join();
    assertThat(isOfLibrary(ranOn.get())).isTrue();
    gate(1).countDown();
    assertThat(reading.join().number()).isOne();
  }

  private static Thread me() {
    return Thread.currentThread();
  }

  /** Takes its time when it is decoded. */
  private record Slow(String text) {
    Slow {
      if (SLOW_MADE.incrementAndGet() == 2) {
        pass(gate(3));
      }
    }
  }

  @Test
  void aCallerWhoseReplyAnotherThreadHasReadAndStillDecodesDoesNotReadForIt() {
    SLOW_MADE.set(0);
    String large = "x".repeat(30_000); // decoded by a thread of its own
    PendingCall<Slow> call =
        ends.client.call(
            Request.onWorker(
                (RemoteCallable<Slow, RuntimeException>) () -> new Slow(large),
                Request.AWAITED,
                TwoEnds.PATIENCE));
    ends.role().summon();
    TwoEnds.eventually(() -> SLOW_MADE.get() == 2);
    ends.letOwnReaderRest();
    int before = ends.role().uses();
    CompletableFuture<Slow> waiting = TwoEnds.onPlatformThread(call::await);
    TwoEnds.eventually(() -> ends.role().uses() > before && ends.role().isFree());
    gate(3).countDown();
    TwoEnds.eventually(waiting::isDone);
    assertThat(waiting.join().text()).isEqualTo(large);
  }

  // ---- Other frames that a reading caller finds ------------------------------------------------

  @Test
  void aReplyLargerThanTheBufferIsLeftToTheReader() {
    gate(1).countDown();
    String large = "x".repeat(200_000);
    assertThat(ends.sync(() -> mark(1, large)).text()).isEqualTo(large);
    assertThat(MADE_BY.get(1)).isNotSameAs(Thread.currentThread());
    assertThat(ends.sync(() -> 1)).isOne();
  }

  @Test
  void aReplyWithAnOutOfBandBufferIsLeftToTheReader() {
    byte[] bytes = new byte[1 << 20];
    bytes[bytes.length - 1] = 42;
    int before = ends.role().uses();
    assertThat(ends.sync(() -> bytes)).isEqualTo(bytes);
    assertThat(ends.role().uses()).isEqualTo(before + 1);
    assertThat(ends.role().isFree()).as("left to the reader").isFalse();
    assertThat(ends.sync(() -> 1)).isOne();
  }

  @Test
  void aReplyOfANewTypeIsReadByItsCallerWithTheDefinitionBeforeIt() {
    Fresh made = ends.sync(() -> new Fresh(9));
    assertThat(made.number()).isEqualTo(9);
    assertThat(MADE_BY.get(9)).isSameAs(Thread.currentThread());
  }

  @Test
  void aReadingCallerHandlesMessagesAboutReferences() throws Exception {
    CompletableFuture<Thread> caller =
        ends.syncElsewhere(
            () -> {
              ends.sync(() -> mark(1));
              return me();
            });
    ends.server.control(out -> out.writeByte(0));
    ends.server.flush();
    gate(1).countDown();
    assertThat(caller.join()).isSameAs(MADE_BY.get(1));
  }

  @Test
  void aReadingCallerHandlesAGoodbye() throws Exception {
    CompletableFuture<Mark> call = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    ends.server.queue().append(FrameWriter.empty(Frame.GOODBYE));
    ends.server.flush();
    gate(1).countDown();
    assertThat(call.join().number()).isOne();
  }

  // ---- Calls that end without a reply ----------------------------------------------------------

  @Test
  void aCallThatTimesOutWhileItsCallerReadsLeavesTheRoleToOthers() {
    assertThatThrownBy(() -> ends.sync(TimeUnit.MILLISECONDS.toNanos(30), () -> mark(1)))
        .isInstanceOf(RpcTimeoutException.class);
    assertThat(ends.async(() -> 7).join()).isEqualTo(7);
    gate(1).countDown(); // its reply has no caller
    assertThat(ends.sync(() -> 8)).isEqualTo(8);
    ends.letOwnReaderRest();
  }

  @Test
  void aCallerThatIsInterruptedWhileItReadsKeepsItsFlagAndLeavesTheRoleToOthers() {
    AtomicReference<Thread> caller = new AtomicReference<>();
    CompletableFuture<Boolean> flag =
        ends.syncElsewhere(
            () -> {
              caller.set(me());
              assertThatThrownBy(() -> ends.sync(() -> mark(1)))
                  .isInstanceOf(RpcCancelledException.class);
              return me().isInterrupted();
            });
    caller.get().interrupt();
    assertThat(flag.join()).isTrue();
    assertThat(ends.async(() -> 7).join()).isEqualTo(7);
    ends.letOwnReaderRest();
  }

  @Test
  void aCallerThatComesInterruptedLeavesTheRoleToOthers() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ends.sync(() -> mark(1))).isInstanceOf(RpcCancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ends.async(() -> 7).join()).isEqualTo(7);
  }

  @Test
  void aCallerThatReadsSeesTheOtherSideHangUp() {
    CompletableFuture<Mark> call = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    ends.hangUp();
    assertThatThrownBy(call::join).hasCauseInstanceOf(WorkerLostException.class);
    TwoEnds.eventually(() -> ends.ends.size() == 1);
  }

  @Test
  void aCallerThatReadsSeesItsOwnSideClose() {
    CompletableFuture<Mark> call = ends.syncElsewhere(() -> ends.sync(() -> mark(1)));
    ends.fail("closed");
    assertThatThrownBy(call::join).hasCauseInstanceOf(WorkerLostException.class);
  }

  @Test
  void aRestingReaderEndsWithItsConnection() {
    ends.fail("closed");
    TwoEnds.eventually(() -> !ends.role().isFree());
    assertThatThrownBy(() -> ends.sync(() -> 1)).isInstanceOf(WorkerLostException.class);
  }

  @Test
  void theLossOfAnIdleConnectionIsNoticedWithNoCallUnderWay() {
    try (TwoEnds watched = new TwoEnds(Side.of("watching"), Side.of("leaving"))) {
      watched.letOwnReaderRest();
      watched.hangUp();
      TwoEnds.eventually(() -> watched.ends.size() == 1);
    }
  }
}
