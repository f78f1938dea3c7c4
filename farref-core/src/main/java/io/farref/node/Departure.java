package io.farref.node;

import io.farref.LeakReport;
import io.farref.OwnedValue;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcTimeoutException;
import io.farref.call.Deadlines;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A graceful close. In a group of fixed size all members go through it together:
 *
 * <ol>
 *   <li>Wait until every member is here and nothing is under way: each reports how many calls it
 *       ever made and served, at a moment when none was pending or running and all that it sent had
 *       arrived; two equal sums in a row mean that nothing happened anywhere between (Mattern's
 *       four-counter method).
 *   <li>Collect garbage, again as long as that frees something somewhere: a value that is freed may
 *       have held the last reference to one elsewhere.
 *   <li>What is then still referenced is a leak: each owner reports its own.
 *   <li>Release everything, wait until the counts have drained, say goodbye.
 * </ol>
 *
 * <p>In an open group the others go on: this worker waits for its own calls, releases what it holds
 * and says goodbye.
 */
final class Departure {
  private static final System.Logger LOG = System.getLogger(Departure.class.getPackageName());
  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long COLLECTION = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RELEASE = TimeUnit.SECONDS.toNanos(2);

  private final LocalWorker worker;
  private final Consumer<LeakReport> onLeak;
  private final long limitNanos;
  private final boolean waitsForOthers;
  private long deadline;

  /**
   * Makes one.
   *
   * @param limitNanos how long it may take; zero is no limit
   * @param waitsForOthers whether that time begins only when every member is closing
   */
  Departure(
      LocalWorker worker, Consumer<LeakReport> onLeak, long limitNanos, boolean waitsForOthers) {
    this.worker = worker;
    this.onLeak = onLeak;
    this.limitNanos = limitNanos;
    this.waitsForOthers = waitsForOthers;
    this.deadline = waitsForOthers ? Deadlines.NONE : Deadlines.after(limitNanos);
  }

  void run() {
    try {
      if (worker.isOpenGroup()) {
        startTime();
        awaitQuiet();
        collectGarbage();
      } else {
        meet("begun", 0);
        startTime();
        drainTogether();
        collectTogether();
      }
      report();
      if (!worker.isOpenGroup()) {
        meet("reported", 0);
      }
      worker.references().releaseAll();
      await(() -> isReleased(), soon(RELEASE));
      if (!worker.isOpenGroup()) {
        meet("released", 0);
      }
    } catch (RpcException e) {
      LOG.log(
          Level.WARNING,
          "worker "
              + worker.name()
              + " could not close gracefully and closes at once: "
              + e.getMessage());
    }
    worker.router().leave();
  }

  private void startTime() {
    if (waitsForOthers) {
      deadline = Deadlines.after(limitNanos);
    }
  }

  private void drainTogether() {
    long last = -1;
    while (true) {
      long sum = meet("quiet", awaitQuiet());
      if (sum == last) {
        return;
      }
      last = sum;
    }
  }

  private void collectTogether() {
    long least = Long.MAX_VALUE;
    int inVain = 0;
    while (true) {
      collectGarbage();
      long handles = meet("collected", worker.references().openHandles());
      inVain = handles < least ? 0 : inVain + 1;
      // One round may be in vain although there is garbage: what it freed is collected in the next.
      if (handles == 0 || inVain == 2) {
        return;
      }
      least = Math.min(least, handles);
    }
  }

  private long activity() {
    return worker.meters().callsSent.sum() + worker.meters().callsServed.sum();
  }

  /** Waits until nothing that concerns this worker is under way; returns its activity so far. */
  private long awaitQuiet() {
    while (true) {
      awaitNoCalls();
      long before = activity();
      worker.router().awaitArrival(left());
      if (isQuiet() && activity() == before) {
        return before;
      }
    }
  }

  private void awaitNoCalls() {
    if (!await(this::isQuiet, deadline)) {
      throw new RpcTimeoutException(
          worker.router().statistics().pendingCalls()
              + " calls of this worker, "
              + worker.meters().retriedCalls
              + " that it makes again when they fail, and "
              + worker.router().statistics().runningCalls()
              + " calls to it have not ended within the close timeout",
          RpcException.Execution.MAYBE_EXECUTED);
    }
  }

  private boolean isQuiet() {
    return worker.router().statistics().pendingCalls() == 0
        && worker.meters().retriedCalls.get() == 0
        && worker.router().statistics().runningCalls() == 0
        && worker.references().isSettled();
  }

  private boolean isReleased() {
    return worker.references().heldCount() == 0
        && (worker.isOpenGroup() || worker.references().ownedCount() == 0);
  }

  /** What is unreachable is no leak, only not collected yet. */
  private void collectGarbage() {
    if (worker.references().openHandles() > 0) {
      System.gc();
      await(() -> worker.references().openHandles() == 0, soon(COLLECTION));
      worker.router().awaitArrival(left()); // so that owners have heard of it
    }
  }

  private void report() {
    List<OwnedValue> leaked = worker.references().owned();
    if (leaked.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (OwnedValue each : leaked) {
      text.append("\n  ")
          .append(each.type())
          .append(" (value ")
          .append(each.id())
          .append(") held by ")
          .append(String.join(", ", each.holders()));
      each.origin().ifPresent(origin -> text.append(", created at ").append(origin));
    }
    LOG.log(
        Level.WARNING,
        "worker {0} closes and owns {1} values that are still referenced:{2}",
        worker.name(),
        leaked.size(),
        text);
    try {
      onLeak.accept(new LeakReport(worker.name(), leaked));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the leak listener of worker " + worker.name() + " threw", e);
    }
  }

  private long meet(String what, long number) {
    return new Meeting(worker, left()).meetWhoeverComes(what, number);
  }

  /** The time left, as a limit of a call. */
  private long left() {
    return deadline == Deadlines.NONE ? 0 : Math.max(1, deadline - System.nanoTime());
  }

  private long soon(long nanos) {
    return Deadlines.earlier(deadline, Deadlines.after(nanos));
  }

  private static boolean await(BooleanSupplier condition, long until) {
    while (!condition.getAsBoolean()) {
      if (until != Deadlines.NONE && until - System.nanoTime() <= 0) {
        return false;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new RpcCancelledException(
            "interrupted while closing", RpcException.Execution.MAYBE_EXECUTED);
      }
      LockSupport.parkNanos(PAUSE);
    }
    return true;
  }
}
