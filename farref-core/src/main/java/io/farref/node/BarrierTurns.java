package io.farref.node;

import io.farref.RpcCancelledException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.exec.CurrentDeadline;
import io.farref.exec.ReadLease;
import io.farref.time.Deadlines;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The barriers of a worker's program. The calls of several threads take turns, so the n-th call of
 * a worker waits for the n-th calls of the others. A call that ends early keeps its place for the
 * next one. Thread-safe.
 */
final class BarrierTurns {
  private final LocalWorker worker;

  /** Fair: threads take their turns in the order in which they came. */
  private final Semaphore turn = new Semaphore(1, true);

  /** How many barriers this worker has passed; belongs to the thread whose turn it is. */
  private long passed;

  BarrierTurns(LocalWorker worker) {
    this.worker = worker;
  }

  /**
   * Waits until all members have called this as often as this worker; no longer than until the
   * deadline in force.
   */
  void await() {
    worker.checkOpen();
    long deadline = CurrentDeadline.or(Deadlines.NONE);
    try {
      awaitTurn(deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      // A thread that serves a call is interrupted at the deadline of that call.
      throw Deadlines.isPast(deadline)
          ? late(Execution.NOT_EXECUTED)
          : new RpcCancelledException(
              "worker "
                  + worker.name()
                  + " was interrupted in barrier() while another of its threads was in it",
              Execution.NOT_EXECUTED);
    }
    try {
      worker.checkOpen();
      if (Deadlines.isPast(deadline)) {
        throw late(Execution.NOT_EXECUTED);
      }
      new Barrier(worker, left(deadline)).await(BarrierKind.PROGRAM, passed + 1);
      passed++;
    } catch (RpcTimeoutException e) {
      throw late(e.execution());
    } finally {
      turn.release();
    }
  }

  private void awaitTurn(long deadline) throws InterruptedException {
    if (turn.tryAcquire(0, TimeUnit.NANOSECONDS)) {
      return;
    }
    ReadLease.yieldCurrent();
    if (deadline == Deadlines.NONE) {
      turn.acquire();
    } else if (!turn.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw late(Execution.NOT_EXECUTED);
    }
  }

  /** The time left, as the timeout of a call. */
  private static long left(long deadline) {
    return deadline == Deadlines.NONE ? 0 : Math.max(1, deadline - System.nanoTime());
  }

  private RpcTimeoutException late(Execution execution) {
    return new RpcTimeoutException(
        "barrier() of worker "
            + worker.name()
            + " did not end before the deadline of the enclosing block or call: not every member"
            + " has called it as often as this worker. The next call continues to wait",
        execution);
  }
}
