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
  private final ThreadFailures failures = new ThreadFailures();
  private final WorkerThreads threads = new WorkerThreads("lease-test", failures);
  private final Watchdog watchdog = new Watchdog(threads);

  @AfterEach
  void stop() {
    watchdog.stop();
    threads.close();
    failures.check();
  }

  @Test
  void aLeaseIsRevokedOnlyWhileItsThreadIsBusyAndOnlyOnce() throws Exception {
    AtomicInteger resumed = new AtomicInteger();
    ReadLease lease = new ReadLease(resumed::incrementAndGet, watchdog);
    assertThat(revokeAfterLong(lease)).as("reading").isFalse();
    lease.begin(ReaderTask.ANY);
    assertThat(lease.end()).as("not revoked").isTrue();
    lease.begin(ReaderTask.ANY);
    assertThat(revokeAfterLong(lease)).as("busy").isTrue();
    assertThat(revokeAfterLong(lease)).as("revoked already").isFalse();
    assertThat(lease.end()).isFalse();
    assertThat(lease.isRevoked()).isTrue();
    assertThat(resumed).hasValue(1);
  }

  private static boolean revokeAfterLong(ReadLease lease) {
    long now = System.nanoTime();
    lease.revokeIfStuck(now, 1, 1);
    return lease.revokeIfStuck(now + 1_000_000_000, 1, 1);
  }

  @Test
  void aLeaseIsNotRevokedForWorkThatHasEnded() throws Exception {
    ReadLease lease = new ReadLease(() -> {}, watchdog);
    long now = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      lease.begin(ReaderTask.ANY);
      assertThat(lease.revokeIfStuck(now + i * 1_000_000_000L, 1, 1)).as("first seen").isFalse();
      assertThat(lease.end()).as("still its own").isTrue();
    }
  }

  @Test
  void aTaskThatEndsBeforeItsLeaseIsRevokedIsSettled() throws Exception {
    ReadLease lease = new ReadLease(() -> {}, watchdog);
    List<String> heard = new ArrayList<>();
    ReaderTask late =
        new ReaderTask() {
          @Override
          public @Nullable InlineHint inlineHint() {
            return null;
          }

          @Override
          public void detach() {
            heard.add("detach");
            lease.end(); // its thread is faster than the one that revokes
          }

          @Override
          public void settle() {
            heard.add("settle");
          }
        };
    lease.begin(late);
    assertThat(revokeAfterLong(lease)).isFalse();
    assertThat(lease.isRevoked()).isFalse();
    assertThat(heard).containsExactly("detach", "settle");
  }

  @Test
  void aRunnableThreadKeepsItsLeaseForAWhile() {
    ReadLease lease = new ReadLease(() -> {}, watchdog);
    assertThat(revokeAfterLong(lease)).as("reading").isFalse();
    lease.begin(ReaderTask.ANY);
    long now = System.nanoTime();
    lease.revokeIfStuck(now, 1_000_000, 10_000_000_000L);
    assertThat(lease.revokeIfStuck(now + 5_000_000, 1_000_000, 10_000_000_000L))
        .as("this thread runs")
        .isFalse();
    assertThat(lease.end()).as("still its own").isTrue();
  }
}
