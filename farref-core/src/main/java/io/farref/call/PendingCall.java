package io.farref.call;

import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.time.Deadlines;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for its reply. Cancelling it tells the other side that nobody waits any more.
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

  /** Written after what describes it: {@link #charge} and {@link #position}. */
  private volatile Sending sending = Sending.BEING_SENT;

  /** What of the {@link Credit} it has once it is appended. */
  private long charge = Credit.NONE;

  /** Where in the stream of the outbox its frame begins, at the latest. */
  private long position;

  /** The call that made this one and goes on meanwhile; set before this is sent. */
  private @Nullable CallContext openIn;

  /** How far the maker of a call has got with sending it. */
  private enum Sending {
    /**
     * It is being encoded, or waits for credit or for room. Its maker sees to its deadline: nobody
     * else can tell that a call which runs out of time here was not sent.
     */
    BEING_SENT,
    /** It is being appended: another thread may write it before its maker knows its position. */
    APPENDING,
    /** It is in the stream. */
    QUEUED,
    /** It will not be sent. */
    NOT_SENT
  }

  PendingCall(ClientConnection connection, long number, CallDeadline end, Request request) {
    this.connection = connection;
    this.number = number;
    this.deadline = end.deadline();
    this.timeoutNanos = end.timeoutNanos();
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

  /** Whether a platform thread waits for it, which might as well read the reply itself. */
  boolean isAwaited() {
    return awaited;
  }

  boolean isOverdue() {
    return Deadlines.isPast(deadline);
  }

  /** How long whoever waits for it still waits; negative without a limit. */
  long remainingNanos() {
    return deadline == Deadlines.NONE ? -1 : Math.max(0, deadline - System.nanoTime());
  }

  /** It ends when the call that made it is cancelled. */
  void openIn(CallContext maker) {
    openIn = maker;
    maker.opened(this);
  }

  /** Takes over what was taken of the {@link Credit} for it; comes before {@link #appending}. */
  void charge(long bytes) {
    charge = bytes;
  }

  /** What of the {@link Credit} it has, or {@link Credit#NONE}. */
  long charge() {
    return wasSent() ? charge : Credit.NONE;
  }

  /** Whether its maker still sends it, and sees to its deadline. */
  boolean isBeingSent() {
    Sending how = sending;
    return how == Sending.BEING_SENT || how == Sending.APPENDING;
  }

  /** Its maker is about to append it. */
  void appending() {
    sending = Sending.APPENDING;
  }

  /**
   * Its maker has tried to append it.
   *
   * @param at where in the stream its frame begins, or {@link Outbox#FULL}
   */
  void appended(long at) {
    if (at == Outbox.FULL) {
      sending = Sending.BEING_SENT;
    } else {
      position = at;
      sending = Sending.QUEUED;
    }
  }

  /** Its maker could not send it. */
  void notSent() {
    sending = Sending.NOT_SENT;
  }

  /** Whether its frame is in the stream; exact once the call was returned to its maker. */
  public boolean wasSent() {
    Sending how = sending;
    return how == Sending.QUEUED || how == Sending.APPENDING;
  }

  /** Whether the callee may have got it, or will. */
  Execution execution() {
    return wasSent() && connection.mayArrive(position)
        ? Execution.MAYBE_EXECUTED
        : Execution.NOT_EXECUTED;
  }

  /** Futures derived from this one are plain: only this one stands for the call. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  // Whoever waits for it sees to it first that it has left.

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

  // Whoever ends it before the reply does, by a time limit of its own say, waits no more.

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

  /** The connection ends it: with the reply. */
  boolean end(R value) {
    closed();
    return super.complete(value);
  }

  /** The connection ends it: no value will come. */
  boolean endExceptionally(Throwable failure) {
    closed();
    return super.completeExceptionally(failure);
  }

  /** Ends it, because the time limit has passed. */
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
    Turn.yieldCurrent();
    OwnReply.await(connection, this);
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
        // Who serves a call is interrupted when that is out of time, and what it calls is then too.
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
