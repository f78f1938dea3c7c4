package io.farref.call.client;

import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.call.Failures;
import io.farref.call.NumberedCall;
import io.farref.call.Request;
import io.farref.exec.CallContext;
import io.farref.exec.ReadLease;
import io.farref.mux.CreditWindow;
import io.farref.mux.FrameQueue;
import io.farref.time.Deadlines;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for its reply. Cancelling it tells the callee that the caller gave up.
 *
 * @param <R> the type of the value
 */
public final class PendingCall<R extends @Nullable Object> extends CompletableFuture<R>
    implements NumberedCall {

  private final ClientConnection connection;
  private final long number;
  private final long deadline;
  private final long timeoutNanos;
  private final boolean system;
  private final boolean awaited;

  /** Written after {@link #charge} and {@link #position}, which it publishes. */
  private volatile Sending sending = Sending.BEING_SENT;

  /** The credit that the call holds once it is appended. */
  private long charge = CreditWindow.NONE;

  /** An upper bound of the position in the connection's stream at which its frame begins. */
  private long position;

  /** The call that made this one and continues meanwhile; set before this one is sent. */
  private @Nullable CallContext openIn;

  /** How far the caller has got with sending it. */
  private enum Sending {
    /**
     * It is being encoded, or waits for credit or for capacity. The caller watches its deadline: no
     * other thread knows that a call which times out in this state was not sent.
     */
    BEING_SENT,
    /** It is being appended: another thread may write it before the caller knows its position. */
    APPENDING,
    /** It is in the stream. */
    QUEUED,
    /** It will not be sent. */
    NOT_SENT
  }

  PendingCall(
      ClientConnection connection, long number, long deadline, long timeoutNanos, Request request) {
    this.connection = connection;
    this.number = number;
    this.deadline = deadline;
    this.timeoutNanos = timeoutNanos;
    this.system = request.has(CallHead.SYSTEM);
    this.awaited = request.has(Request.AWAITED) && !Thread.currentThread().isVirtual();
  }

  @Override
  public long number() {
    return number;
  }

  long deadline() {
    return deadline;
  }

  boolean isSystem() {
    return system;
  }

  /** Whether a platform thread waits for it, which can read the reply itself. */
  boolean isAwaited() {
    return awaited;
  }

  boolean isOverdue() {
    return Deadlines.isPast(deadline);
  }

  /** The time left until its deadline; negative if it has none. */
  long remainingNanos() {
    return deadline == Deadlines.NONE ? -1 : Math.max(0, deadline - System.nanoTime());
  }

  /** Cancels this call when the call that made it is cancelled. */
  void openIn(CallContext maker) {
    openIn = maker;
    maker.opened(this);
  }

  /** Hands over the credit that was taken for it; comes before {@link #appending}. */
  void charge(long bytes) {
    charge = bytes;
  }

  /** The credit that it holds, or {@link CreditWindow#NONE}. */
  long charge() {
    return wasSent() ? charge : CreditWindow.NONE;
  }

  /** Whether the caller still sends it, and watches its deadline. */
  boolean isBeingSent() {
    Sending how = sending;
    return how == Sending.BEING_SENT || how == Sending.APPENDING;
  }

  /** The caller is about to append it. */
  void appending() {
    sending = Sending.APPENDING;
  }

  /**
   * The caller has tried to append it.
   *
   * @param at the position of its frame in the connection's stream, or {@link FrameQueue#FULL}
   */
  void appended(long at) {
    if (at == FrameQueue.FULL) {
      sending = Sending.BEING_SENT;
    } else {
      position = at;
      sending = Sending.QUEUED;
    }
  }

  /** The caller could not send it. */
  void notSent() {
    sending = Sending.NOT_SENT;
  }

  /** Whether its frame is in the stream; exact once the call was returned to the caller. */
  public boolean wasSent() {
    Sending how = sending;
    return how == Sending.QUEUED || how == Sending.APPENDING;
  }

  /** Whether the callee may have received it, or still may. */
  Execution execution() {
    return wasSent() && connection.mayArrive(position)
        ? Execution.MAYBE_EXECUTED
        : Execution.NOT_EXECUTED;
  }

  /** Futures derived from this one are plain ones: cancelling them does not cancel the call. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  // A thread that waits for the call first makes sure that its frame has left.

  @Override
  public R get() throws InterruptedException, ExecutionException {
    flush();
    return super.get();
  }

  @Override
  public R get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    flush();
    return super.get(timeout, unit);
  }

  @Override
  public R join() {
    flush();
    return super.join();
  }

  private void flush() {
    if (!isDone()) {
      connection.flushBeforeWaiting();
    }
  }

  // A call that the user ends before its reply arrives, by orTimeout for example, is abandoned.

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    abandon();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean complete(R value) {
    abandon();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    abandon();
    return super.completeExceptionally(failure);
  }

  private void abandon() {
    if (!isDone()) {
      connection.abandon(this);
      closed();
    }
  }

  private void closed() {
    CallContext maker = openIn;
    if (maker != null) {
      maker.closed(this);
    }
  }

  /** Called by the connection: ends it with the reply. */
  boolean end(R value) {
    closed();
    return super.complete(value);
  }

  /** Called by the connection: ends it with a failure. */
  boolean endExceptionally(Throwable failure) {
    closed();
    return super.completeExceptionally(Failures.toHold(failure));
  }

  /** Ends it because its deadline has passed. */
  void expire() {
    connection.abandon(this);
    endExceptionally(timeout());
  }

  private RpcTimeoutException timeout() {
    return new RpcTimeoutException(
        "call to worker "
            + connection.peerName()
            + " from worker "
            + connection.runtime().name()
            + " not answered within "
            + Durations.format(timeoutNanos),
        execution());
  }

  private RpcCancelledException interrupted() {
    return new RpcCancelledException(
        "worker "
            + connection.runtime().name()
            + " was interrupted while waiting for worker "
            + connection.peerName(),
        execution());
  }

  /**
   * Waits for the outcome.
   *
   * @throws X what the called code threw, or a failure of the call
   */
  public <X extends Exception> R await() throws X {
    ReadLease.yieldCurrent();
    CallerReader.await(connection, this);
    while (true) {
      try {
        return deadline == Deadlines.NONE
            ? get()
            : get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        RpcTimeoutException timeout = timeout();
        connection.abandon(this);
        if (endExceptionally(timeout)) {
          throw timeout;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        // A thread that serves a call is interrupted at the deadline of that call, which is then
        // also the deadline of the calls that it makes.
        RpcException over = isOverdue() ? timeout() : interrupted();
        connection.abandon(this);
        if (endExceptionally(over)) {
          throw over;
        }
        return outcomeDespiteInterrupt();
      } catch (ExecutionException e) {
        throw Failures.<RuntimeException>sneak(local(e));
      }
    }
  }

  private R outcomeDespiteInterrupt() {
    return switch (state()) {
      case SUCCESS -> resultNow();
      default -> throw Failures.<RuntimeException>sneak(exceptionNow());
    };
  }

  private static Throwable local(ExecutionException e) {
    Throwable thrown = e.getCause() == null ? e : e.getCause();
    Failures.appendLocalStack(thrown);
    return thrown;
  }
}
