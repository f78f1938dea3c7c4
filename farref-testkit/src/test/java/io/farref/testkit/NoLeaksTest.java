package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class NoLeaksTest {
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  @Test
  void aThreadThatStaysFailsTheTestAndShowsItsStack() {
    assertThat(failureOf("leavesAThread"))
        .contains("leavesAThread() left behind")
        .contains("thread 'farref-forgotten' WAITING")
        .contains("CountDownLatch.await");
  }

  @Test
  void aCountThatStaysFailsTheTest() {
    assertThat(failureOf("leavesACount")).contains("references held by a: 3");
  }

  @Test
  void threadsThatEndInTimeAndForeignThreadsAreNoLeaks() {
    assertThat(failureOf("leavesNothing")).isEmpty();
  }

  @Test
  void aCountIsTrackedToTheEndOfItsTestOnly() {
    assertThat(failureOf("leavesACount")).isNotEmpty();
    assertThat(failureOf("leavesNothing")).isEmpty();
  }

  private static String failureOf(String method) {
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Leaky.class, method))
                .build(),
            listener);
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getTestsStartedCount()).isEqualTo(1);
    return summary.getFailures().isEmpty()
        ? ""
        : String.valueOf(summary.getFailures().getFirst().getException().getMessage());
  }

  /**
   * Run only by the tests above: static, without {@code Nested}, and with a name that is not that
   * of a test.
   */
  static class Leaky {
    @RegisterExtension final NoLeaks leaks = NoLeaks.within(Duration.ofMillis(200));

    @Test
    void leavesAThread() {
      start("farref-forgotten");
    }

    @Test
    void leavesACount() {
      NoLeaks.track("values owned by a", () -> 0);
      NoLeaks.track("references held by a", () -> 3);
    }

    @Test
    void leavesNothing() {
      start("farref-jvm-cleaner");
      start("somebody-else");
      AtomicLong asked = new AtomicLong(3);
      NoLeaks.track("on its way out", () -> asked.updateAndGet(n -> Math.max(0, n - 1)));
      Thread.ofPlatform().name("farref-brief").start(Thread::yield);
    }

    private static void start(String name) {
      Thread.ofPlatform()
          .daemon()
          .name(name)
          .start(
              () -> {
                try {
                  NEVER.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }
}
