package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.time.Deadlines;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection throws an error into the thread that looks after all connections. */
class FailingSourcesTest {
  private final Queue<Throwable> workerFailures = new ConcurrentLinkedQueue<>();
  private final WorkerThreads threads =
      new WorkerThreads("failing-test", (_, cause) -> workerFailures.add(cause));
  private final Watchdog watchdog = new Watchdog(threads);
  private final DeadlineSweeper deadlines = new DeadlineSweeper(threads);

  private final Error injected = new NoClassDefFoundError("injected");
  private final Queue<Throwable> told = new ConcurrentLinkedQueue<>();
  private final AtomicLong looks = new AtomicLong();

  @AfterEach
  void stop() {
    watchdog.stop();
    deadlines.stop();
    threads.close();
  }

  private final class Source implements DeadlineSweeper.Source, Watchdog.Watched {
    private final boolean fails;

    Source(boolean fails) {
      this.fails = fails;
    }

    private void look() {
      if (fails) {
        throw injected;
      }
      looks.incrementAndGet();
    }

    @Override
    public long expire(long now) {
      look();
      return Deadlines.NONE;
    }

    @Override
    public boolean look(long now, long waitingNanos, long runningNanos) {
      look();
      return true;
    }

    @Override
    public void fail(Throwable cause) {
      told.add(cause);
    }
  }

  @Test
  void aSourceOfDeadlinesThatThrowsIsToldAndTheOthersAreStillSwept() {
    deadlines.add(new Source(true));
    deadlines.add(new Source(false));
    deadlines.schedule(System.nanoTime());
    Awaitility.await().until(() -> told.contains(injected));
    long before = looks.get();
    deadlines.schedule(System.nanoTime());
    Awaitility.await().until(() -> looks.get() > before);
    assertThat(told).containsExactly(injected);
    assertThat(workerFailures).isEmpty();
  }

  @Test
  void aConnectionThatThrowsIntoTheWatchdogIsToldAndTheOthersAreStillWatched() {
    watchdog.add(new Source(true));
    watchdog.add(new Source(false));
    watchdog.watch();
    Awaitility.await().until(() -> told.contains(injected));
    long before = looks.get();
    Awaitility.await().until(() -> looks.get() > before + 2);
    assertThat(told).containsExactly(injected);
    assertThat(workerFailures).isEmpty();
  }

  @Test
  void aConnectionWhoseFramesCannotBeWrittenIsTold() {
    for (boolean atOnce : new boolean[] {true, false}) {
      told.clear();
      watchdog.flushSoon(
          new Watchdog.Flushable() {
            @Override
            public boolean tick() {
              if (atOnce) {
                throw injected;
              }
              return true;
            }

            @Override
            public void flush() {
              throw injected;
            }

            @Override
            public void fail(Throwable cause) {
              told.add(cause);
            }
          });
      Awaitility.await().until(() -> told.contains(injected));
    }
    assertThat(workerFailures).isEmpty();
  }

  @Test
  void anErrorThatATaskOfAConnectionThrowsIsToldToThatConnectionOnly() {
    threads
        .calls(told::add)
        .execute(
            () -> {
              throw injected;
            });
    Awaitility.await().until(() -> told.contains(injected));
    assertThat(workerFailures).isEmpty();
  }
}
