package io.farref.node;

import io.farref.LeakReport;
import io.farref.OwnedValue;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcTimeoutException;
import io.farref.observe.FailureText;
import io.farref.time.Deadlines;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The graceful shutdown of a worker. In a group of fixed size all members take each step together:
 *
 * <ol>
 *   <li>Wait until every member is closing and no call is pending anywhere: each reports how many
 *       calls it has ever made and served, counted at a moment when none was pending or running and
 *       everything that it had sent had arrived; two equal sums in a row mean that no worker did
 *       anything between them (Mattern's four-counter method).
 *   <li>Collect garbage, and repeat that as long as it frees a value on any worker: a freed value
 *       may have held the last reference to a value of another worker.
 *   <li>A value that is then still referenced is a leak: each owner reports its own.
 *   <li>Release all references, wait until none is left, say goodbye.
 * </ol>
 *
 * <p>In an open group the others continue: this worker waits for its own calls, releases the
 * references that it holds, and says goodbye.
 */
final class GracefulShutdown {
  private static final System.Logger LOG =
      System.getLogger(GracefulShutdown.class.getPackageName());
  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long COLLECTION = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RELEASE = TimeUnit.SECONDS.toNanos(2);

  private final LocalWorker worker;
  private final Consumer<LeakReport> onLeak;
  private final long limitNanos;
  private final boolean waitsForOthers;
  private long deadline;

  /**
   * @param limitNanos the timeout; zero means none
   * @param waitsForOthers whether the timeout begins only when every member is closing
   */
  GracefulShutdown(
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
        barrier(BarrierKind.BEGUN, 0);
        startTime();
        drainTogether();
        collectTogether();
      }
      report();
      if (!worker.isOpenGroup()) {
        barrier(BarrierKind.REPORTED, 0);
      }
      worker.references().releaseAll();
      await(() -> isReleased(), soon(RELEASE));
      if (!worker.isOpenGroup()) {
        barrier(BarrierKind.RELEASED, 0);
      }
    } catch (RpcException e) {
      LOG.log(
          Level.WARNING,
          "worker "
              + worker.name()
              + " could not close gracefully and closes at once: "
              + FailureText.of(e));
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
      long sum = barrier(BarrierKind.QUIET, awaitQuiet());
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
      long handles = barrier(BarrierKind.COLLECTED, worker.references().openHandles());
      inVain = handles < least ? 0 : inVain + 1;
      // A round may free nothing although there is garbage that the next round collects.
      if (handles == 0 || inVain == 2) {
        return;
      }
      least = Math.min(least, handles);
    }
  }

  private long activity() {
    return worker.meters().callsSent.sum() + worker.meters().callsServed.sum();
  }

  /** Waits until no call from or to this worker is left; returns the number of calls so far. */
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

  /** Unreachable references are no leak; they have only not been collected yet. */
  private void collectGarbage() {
    if (worker.references().openHandles() > 0) {
      System.gc();
      await(() -> worker.references().openHandles() == 0, soon(COLLECTION));
      worker.router().awaitArrival(left()); // so that the owners know of the releases
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

  private long barrier(BarrierKind step, long number) {
    return new Barrier(worker, left()).awaitPresent(step, number);
  }

  /** The time left, as the timeout of a call. */
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
