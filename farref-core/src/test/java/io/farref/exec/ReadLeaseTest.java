package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the read lease of a thread is revoked. */
class ReadLeaseTest {
  private final WorkerThreads threads = new WorkerThreads("lease-test");
  private final Watchdog watchdog = new Watchdog(threads);

  @AfterEach
  void stop() {
    watchdog.stop();
    threads.close();
  }

  @Test
  void aLeaseIsRevokedOnlyWhileItsThreadIsBusyAndOnlyOnce() throws Exception {
    AtomicInteger resumed = new AtomicInteger();
    ReadLease turn = new ReadLease(resumed::incrementAndGet, watchdog);
    assertThat(revokeAfterLong(turn)).as("reading").isFalse();
    turn.begin(ReaderTask.ANY);
    assertThat(turn.end()).as("not revoked").isTrue();
    turn.begin(ReaderTask.ANY);
    assertThat(revokeAfterLong(turn)).as("busy").isTrue();
    assertThat(revokeAfterLong(turn)).as("revoked already").isFalse();
    assertThat(turn.end()).isFalse();
    assertThat(turn.isRevoked()).isTrue();
    assertThat(resumed).hasValue(1);
  }

  private static boolean revokeAfterLong(ReadLease turn) {
    long now = System.nanoTime();
    turn.revokeIfStuck(now, 1, 1);
    return turn.revokeIfStuck(now + 1_000_000_000, 1, 1);
  }

  @Test
  void aLeaseIsNotRevokedForWorkThatHasEnded() throws Exception {
    ReadLease turn = new ReadLease(() -> {}, watchdog);
    long now = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      turn.begin(ReaderTask.ANY);
      assertThat(turn.revokeIfStuck(now + i * 1_000_000_000L, 1, 1)).as("first seen").isFalse();
      assertThat(turn.end()).as("still its own").isTrue();
    }
  }

  @Test
  void aTaskThatEndsBeforeItsLeaseIsRevokedIsSettled() throws Exception {
    ReadLease turn = new ReadLease(() -> {}, watchdog);
    List<String> heard = new ArrayList<>();
    ReaderTask late =
        new ReaderTask() {
          @Override
          public @Nullable InlineHint promptness() {
            return null;
          }

          @Override
          public void detach() {
            heard.add("detach");
            turn.end(); // its thread is faster than the one that revokes
          }

          @Override
          public void settle() {
            heard.add("settle");
          }
        };
    turn.begin(late);
    assertThat(revokeAfterLong(turn)).isFalse();
    assertThat(turn.isRevoked()).isFalse();
    assertThat(heard).containsExactly("detach", "settle");
  }

  @Test
  void aRunnableThreadKeepsItsLeaseForAWhile() {
    ReadLease turn = new ReadLease(() -> {}, watchdog);
    assertThat(revokeAfterLong(turn)).as("reading").isFalse();
    turn.begin(ReaderTask.ANY);
    long now = System.nanoTime();
    turn.revokeIfStuck(now, 1_000_000, 10_000_000_000L);
    assertThat(turn.revokeIfStuck(now + 5_000_000, 1_000_000, 10_000_000_000L))
        .as("this thread runs")
        .isFalse();
    assertThat(turn.end()).as("still its own").isTrue();
  }
}
