package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.bytes.Output;
import io.farref.call.client.PendingCall;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller that sends more than its window allows. */
class WindowIgnoredTest {
  private static final int CALLS = 10;
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  private final Side callee =
      Side.of("callee", Limits.DEFAULT.withMaxPendingCalls(CALLS).withMaxQueuedBytes(100_000));
  private final TwoEnds ends = new TwoEnds(Side.of("caller"), callee);

  @BeforeEach
  void closeGate() {
    gate = new CountDownLatch(1);
  }

  @AfterEach
  void close() {
    gate.countDown();
    ends.close();
  }

  private static int blocked() throws InterruptedException {
    gate.await();
    return 1;
  }

  private List<PendingCall<Integer>> fill() {
    List<PendingCall<Integer>> all = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      all.add(ends.async(WindowIgnoredTest::blocked));
    }
    TwoEnds.eventually(() -> ends.server.runningCalls() == CALLS);
    return all;
  }

  /** A call whose reply nothing here awaits; its body is never decoded. */
  private void sendWithoutCredit(int number, int size) throws ClosedChannelException {
    Output out = new Output(64);
    int at = FrameWriter.begin(out, Frame.CALL);
    new CallHead(0, 1_000_000 + number, 0, 0, 0, 0, 0, 0).write(out);
    out.writeBytes(new byte[size], 0, size);
    FrameWriter.end(out, at);
    ends.client.queue().append(out);
    ends.client.writer().flushSoon();
  }

  private long refused() {
    return callee.runtime().meters().callsRefused.sum();
  }

  @Test
  void callsOverTheWindowAreRefusedAndTheOthersAreAnswered() throws Exception {
    List<PendingCall<Integer>> all = fill();
    for (int i = 0; i < 100; i++) {
      sendWithoutCredit(i, 10);
    }
    TwoEnds.eventually(() -> refused() == 100);
    assertThat(ends.server.runningCalls()).isEqualTo(CALLS);
    gate.countDown();
    assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(1));
    assertThat(ends.client.unansweredCalls()).isZero();
    assertThat(ends.sync(() -> 5)).isEqualTo(5);
    assertThat(refused()).isEqualTo(100);
  }

  @Test
  void aCallWithinTheWindowIsNeverRefusedHoweverFastCallsFollow() {
    for (int round = 0; round < 200; round++) {
      List<PendingCall<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 3 * CALLS; i++) {
        all.add(
            ends.async(
                () -> {
                  Thread.onSpinWait();
                  return 1;
                }));
      }
      all.forEach(each -> assertThat(each.join()).isEqualTo(1));
    }
    assertThat(refused()).isZero();
  }
}
