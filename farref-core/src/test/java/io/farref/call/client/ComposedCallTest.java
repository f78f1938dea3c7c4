package io.farref.call.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RemoteCallable;
import io.farref.call.Request;
import io.farref.call.TwoEnds;
import io.farref.call.server.ServerConnection;
import io.farref.exec.ReaderThread;
import io.farref.wire.CallHead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose outcome is a stage that another thread completes. */
@Timeout(60)
class ComposedCallTest {
  private static final ConcurrentLinkedQueue<CompletableFuture<Integer>> STAGES =
      new ConcurrentLinkedQueue<>();
  private static final AtomicReference<ServerConnection> SERVER = new AtomicReference<>();

  private final TwoEnds ends = TwoEnds.withoutHelp();

  @AfterEach
  void end() {
    STAGES.forEach(each -> each.complete(0));
    STAGES.clear();
    ends.close();
  }

  private static CompletableFuture<Integer> stage() {
    CompletableFuture<Integer> stage = new CompletableFuture<>();
    STAGES.add(stage);
    return stage;
  }

  /** Whether the next call need not wait, asked by a call that itself has no place in the order. */
  private static boolean isClear() {
    return Thread.currentThread() instanceof ReaderThread && SERVER.get().order().isClear();
  }

  @Test
  void aCallThatHasReturnedAStageDelaysNoLaterCall() throws Exception {
    SERVER.set(ends.server);
    for (int i = 0; i < 20; i++) {
      PendingCall<Integer> composed =
          ends.client.call(
              Request.onWorker(
                  (RemoteCallable<?, RuntimeException>) ComposedCallTest::stage,
                  CallHead.COMPOSE,
                  TwoEnds.PATIENCE));
      // Again if a slow machine had the call run elsewhere than on the thread that reads.
      TwoEnds.eventually(() -> ends.sync(ComposedCallTest::isClear));
      assertThat(composed).isNotDone();
      STAGES.remove().complete(i);
      assertThat(composed.get(20, TimeUnit.SECONDS)).isEqualTo(i);
    }
    ends.awaitQuiet();
  }
}
