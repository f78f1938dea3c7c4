package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.time.Deadlines;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineSweeperTest {
  private final ThreadFailures failures = new ThreadFailures();
  private final WorkerThreads threads = new WorkerThreads("deadlines-test", failures);
  private final DeadlineSweeper deadlines = new DeadlineSweeper(threads);

  @AfterEach
  void stop() {
    deadlines.stop();
    threads.close();
    failures.check();
  }

  /** Calls that end at given times. */
  private static final class Agenda implements DeadlineSweeper.Source {
    private final Queue<Long> due = new ConcurrentLinkedQueue<>();
    private final Queue<Long> late = new ConcurrentLinkedQueue<>();
    private final AtomicLong sweeps = new AtomicLong();

    @Override
    public long expire(long now) {
      sweeps.incrementAndGet();
      long next = Deadlines.NONE;
      for (long each : List.copyOf(due)) {
        if (each - now <= 0) {
          due.remove(each);
          late.add(System.nanoTime() - each);
        } else {
          next = Deadlines.earlier(next, each);
        }
      }
      return next;
    }

    @Override
    public void fail(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void everyDeadlineFiresAndNoneFiresEarly() {
    Agenda agenda = new Agenda();
    deadlines.add(agenda);
    long now = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      long deadline = now + TimeUnit.MICROSECONDS.toNanos(137L * i);
      agenda.due.add(deadline);
      deadlines.schedule(deadline);
    }
    Awaitility.await().until(() -> agenda.late.size() == 200);
    assertThat(agenda.late).allMatch(late -> late >= 0);
  }

  @Test
  void anEarlierDeadlineWakesTheSweeperThatWaitsForALaterOne() {
    Agenda agenda = new Agenda();
    deadlines.add(agenda);
    long hour = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    agenda.due.add(hour);
    deadlines.schedule(hour);
    for (int i = 0; i < 50; i++) {
      long soon = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(300);
      agenda.due.add(soon);
      deadlines.schedule(soon);
      int before = i;
      Awaitility.await()
          .pollInterval(1, TimeUnit.MILLISECONDS)
          .until(() -> agenda.late.size() == before + 1);
    }
    assertThat(agenda.due).containsExactly(hour);
  }

  @Test
  void aCallWithoutDeadlineCausesNoSweep() {
    Agenda agenda = new Agenda();
    deadlines.add(agenda);
    long soon = System.nanoTime() + 1;
    agenda.due.add(soon);
    deadlines.schedule(soon);
    Awaitility.await().until(() -> agenda.late.size() == 1);
    long sweeps = agenda.sweeps.get();
    for (int i = 0; i < 10_000; i++) {
      deadlines.schedule(Deadlines.NONE);
      deadlines.schedule(Deadlines.after(TimeUnit.HOURS.toNanos(2)));
    }
    assertThat(agenda.sweeps.get() - sweeps).isLessThan(3);
  }

  @Test
  void noDeadlineIsTheLatestAndOthersCompareAcrossClockOverflow() {
    assertThat(Deadlines.after(0)).isEqualTo(Deadlines.NONE);
    assertThat(Deadlines.earlier(Deadlines.NONE, 5)).isEqualTo(5);
    assertThat(Deadlines.earlier(5, Deadlines.NONE)).isEqualTo(5);
    assertThat(Deadlines.earlier(7, 5)).isEqualTo(5);
    long before = Long.MAX_VALUE - 10;
    long after = Long.MIN_VALUE + 10;
    assertThat(Deadlines.earlier(before, after)).isEqualTo(before);
  }
}
