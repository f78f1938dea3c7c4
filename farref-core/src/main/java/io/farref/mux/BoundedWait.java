package io.farref.mux;

import io.farref.RpcCancelledException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.exec.ReadLease;
import io.farref.time.Deadlines;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that end a thread's waits while it sends one message: a deadline, the end of the
 * call, or an interrupt. An interrupt that does not end a wait is kept until {@link #close}.
 */
public final class BoundedWait implements AutoCloseable {
  private final long deadline;
  private final @Nullable Future<?> call;
  private final String what;
  private final boolean interruptible;
  private boolean interrupted;

  private BoundedWait(long deadline, boolean interruptible, @Nullable Future<?> call, String what) {
    this.deadline = deadline;
    this.interruptible = interruptible;
    this.call = call;
    this.what = what;
  }

  /**
   * For the sender of a call: ends at the deadline, when the call ends or, if it is interruptible,
   * with an interrupt.
   *
   * @param peer the name of the worker that is called
   * @param call the call, which may end first; null if it has no outcome
   * @param obstacle why it must wait, for messages
   */
  public static BoundedWait of(
      String peer,
      @Nullable Future<?> call,
      long deadline,
      boolean interruptible,
      String obstacle) {
    String what = "call to worker " + peer + " not sent: " + obstacle;
    return new BoundedWait(deadline, interruptible, call, what);
  }

  /** For the sender of a reply, whose waits nothing ends. */
  public static BoundedWait endless() {
    return new BoundedWait(Deadlines.NONE, false, null, "");
  }

  /** Whether anything can end a wait. */
  boolean isLimited() {
    return deadline != Deadlines.NONE || interruptible || call != null;
  }

  /**
   * Waits in a monitor that the thread holds. May return spuriously, so callers have a loop.
   *
   * @throws RpcTimeoutException if the deadline has passed
   * @throws RpcCancelledException if the thread was interrupted, or the call has ended
   */
  @SuppressWarnings("WaitNotInLoop") // the callers have the loop
  void await(Object monitor) {
    check();
    ReadLease.yieldCurrent();
    try {
      if (deadline == Deadlines.NONE) {
        monitor.wait();
      } else {
        TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(1, deadline - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
  }

  /** Throws as {@link #await} does if the wait must end. */
  public void check() {
    interrupted |= interruptible && Thread.interrupted();
    if (interrupted && interruptible) {
      throw new RpcCancelledException(what + " (interrupted)", Execution.NOT_EXECUTED);
    }
    if (Deadlines.isPast(deadline)) {
      throw new RpcTimeoutException(what + " (out of time)", Execution.NOT_EXECUTED);
    }
    if (call != null && call.isDone()) {
      throw new RpcCancelledException(what + " (given up)", Execution.NOT_EXECUTED);
    }
  }

  @Override
  public void close() {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
