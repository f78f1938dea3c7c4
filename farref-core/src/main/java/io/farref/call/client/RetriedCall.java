package io.farref.call.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.Retry;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.call.DedupCall;
import io.farref.call.Failures;
import io.farref.call.Request;
import io.farref.exec.CallContext;
import io.farref.exec.CurrentDeadline;
import io.farref.exec.ReadLease;
import io.farref.time.Deadlines;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that is attempted again when it fails for a transient reason. See {@link Retry}.
 *
 * <p>The attempts of a call that must not run twice carry a number ({@link DedupCall}). An attempt
 * that takes too long is not cancelled, because that would interrupt the run whose outcome the next
 * attempt waits for. It stays open, and the attempt that is answered first counts. The callee ends
 * all attempts except the one that runs and the last one.
 *
 * @param <R> the type of the value
 */
public final class RetriedCall<R extends @Nullable Object> extends CompletableFuture<R> {
  private final CallTarget callee;
  private final Retry policy;
  private final @Nullable Object function;
  private final int flags;
  private final long deadline;
  private final long attemptNanos;
  private final Timer timer;
  private final boolean numbered;
  private final @Nullable CallContext maker;

  @GuardedBy("this")
  private final List<Throwable> failures = new ArrayList<>();

  @GuardedBy("this")
  private final List<PendingCall<R>> open = new ArrayList<>();

  @GuardedBy("this")
  private @Nullable ClientConnection numberedOn;

  @GuardedBy("this")
  private long number;

  @GuardedBy("this")
  private boolean mayHaveRun;

  @GuardedBy("this")
  private int attempts;

  /** Runs a task later; tests replace it. */
  interface Timer {
    /** Runs the task on a new virtual thread. */
    Timer VIRTUAL =
        (nanos, task, onFailure) ->
            delayedExecutor(nanos, TimeUnit.NANOSECONDS, later -> start(later, onFailure))
                .execute(task);

    private static void start(Runnable task, Consumer<Throwable> onFailure) {
      try {
        Thread.ofVirtual()
            .name("farref-jvm-retry")
            .uncaughtExceptionHandler((_, cause) -> onFailure.accept(cause))
            .start(task);
      } catch (RuntimeException | Error e) { // no thread can be started
        onFailure.accept(e);
      }
    }

    /**
     * Runs the task on another thread after that many nanoseconds.
     *
     * @param onFailure told if the task cannot be run, or fails
     */
    void after(long nanos, Runnable task, Consumer<Throwable> onFailure);
  }

  RetriedCall(
      CallTarget callee,
      Retry policy,
      @Nullable Object function,
      int flags,
      long timeoutNanos,
      Timer timer) {
    this.callee = callee;
    this.policy = policy;
    this.function = function;
    this.flags = flags;
    this.timer = timer;
    deadline = CurrentDeadline.or(Deadlines.after(timeoutNanos));
    attemptNanos = Durations.timeoutNanos(policy.attemptTimeout());
    numbered = !policy.idempotent() && function != null;
    maker = (flags & Request.AWAITED) == 0 ? CallContext.current() : null;
    callee.meters().retriedCalls.incrementAndGet();
    var _ = whenComplete((_, _) -> close());
  }

  /** Makes a call with all its attempts; every failure is in the future. */
  public static <R extends @Nullable Object> CompletableFuture<R> async(
      CallTarget callee, Retry policy, @Nullable Object function, int flags, long timeoutNanos) {
    return new RetriedCall<R>(callee, policy, function, flags, timeoutNanos, Timer.VIRTUAL).start();
  }

  /**
   * A call to be made by {@link #await}.
   *
   * @param function the function to ship; null with {@link CallHead#FETCH}
   */
  public static <R extends @Nullable Object> RetriedCall<R> awaited(
      CallTarget callee, Retry policy, @Nullable Object function, int flags, long timeoutNanos) {
    return new RetriedCall<>(
        callee, policy, function, flags | Request.AWAITED, timeoutNanos, Timer.VIRTUAL);
  }

  RetriedCall<R> start() {
    CallContext context = maker;
    if (context != null) {
      context.opened(this);
    }
    attempt(flags);
    return this;
  }

  /** Futures derived from this one are plain ones: cancelling them does not cancel the call. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  /** The call is over, for whatever reason: gives up the attempts that are still open. */
  private void close() {
    List<PendingCall<R>> left;
    synchronized (this) {
      left = List.copyOf(open);
      open.clear();
      endNumber();
    }
    left.forEach(each -> each.cancel(true));
    if (maker != null) {
      maker.closed(this);
    }
    callee.meters().retriedCalls.decrementAndGet();
  }

  /**
   * Makes the call with all its attempts and waits for the outcome.
   *
   * @throws X what the called code threw, or a failure of the call
   */
  public <X extends Exception> R await() throws X {
    if (attemptNanos == 0 || !numbered) {
      // The first attempt is like any awaited call: the waiting thread reads the reply.
      try {
        R value = send(flags).<X>await();
        complete(value);
        return value;
      } catch (Throwable e) {
        if (!schedules(e)) {
          completeExceptionally(e);
          throw Failures.<RuntimeException>sneak(e);
        }
      }
    } else {
      attempt(flags & ~Request.AWAITED);
    }
    ReadLease.yieldCurrent();
    try {
      return get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      RpcCancelledException cancelled =
          new RpcCancelledException(
              "interrupted in or between the attempts of a call", Execution.MAYBE_EXECUTED);
      addFailuresTo(cancelled);
      completeExceptionally(cancelled);
      throw cancelled;
    } catch (ExecutionException e) {
      Throwable thrown = e.getCause() == null ? e : e.getCause();
      Failures.appendLocalStack(thrown);
      throw Failures.<RuntimeException>sneak(thrown);
    }
  }

  private void attempt(int how) {
    if (isDone()) {
      return;
    }
    PendingCall<R> call;
    try {
      call = send(how);
    } catch (RuntimeException | Error e) {
      failed(e);
      return;
    }
    AtomicBoolean settled = new AtomicBoolean(); // its failure, or its timeout, has been handled
    if (numbered && attemptNanos > 0) {
      timer.after(
          attemptNanos,
          () -> {
            if (!call.isDone() && settled.compareAndSet(false, true)) {
              failed(tookTooLong());
            }
          },
          this::completeExceptionally);
    }
    var _ =
        call.whenComplete(
            (value, failure) -> {
              synchronized (this) {
                open.remove(call);
              }
              if (failure == null) {
                complete(value);
              } else if (settled.compareAndSet(false, true) || !mayPass(failure)) {
                failed(failure);
              }
            });
  }

  private PendingCall<R> send(int how) {
    long left = deadline == Deadlines.NONE ? 0 : Math.max(1, deadline - System.nanoTime());
    long limit = numbered || attemptNanos == 0 ? left : least(left, attemptNanos);
    synchronized (this) {
      attempts++; // also counts an attempt that cannot be made
    }
    ClientConnection on = callee.connection();
    PendingCall<R> call = callee.send(on, numbered(on), how, limit);
    boolean late;
    synchronized (this) {
      late = isDone();
      if (!late) {
        open.add(call);
      }
    }
    if (late) {
      call.cancel(true); // the caller gave up, or another attempt was answered meanwhile
    }
    return call;
  }

  private static long least(long limit, long other) {
    return limit == 0 ? other : Math.min(limit, other);
  }

  private synchronized @Nullable Object numbered(ClientConnection on) {
    if (!numbered || function == null) {
      return function;
    }
    if (isDone()) { // its number is released, and a new number would let it run again
      throw new RpcCancelledException(
          "another attempt of the call has its outcome already", Execution.NOT_EXECUTED);
    }
    if (numberedOn != on) {
      endNumber();
      numberedOn = on;
      number = on.onceNumbers().begin();
      mayHaveRun = false;
    }
    return new DedupCall(number, on.onceNumbers().over(), !mayHaveRun, function);
  }

  private synchronized void endNumber() {
    if (numberedOn != null) {
      numberedOn.onceNumbers().end(number);
      numberedOn = null;
    }
  }

  private RpcTimeoutException tookTooLong() {
    return new RpcTimeoutException(
        "an attempt was not answered within " + Durations.format(attemptNanos),
        Execution.MAYBE_EXECUTED);
  }

  /** An attempt has failed: schedules another one, or ends the call. */
  private void failed(Throwable failure) {
    if (!schedules(failure)) {
      addFailuresTo(failure);
      completeExceptionally(failure);
    }
  }

  /** Schedules another attempt after this failure; returns false if there must be none. */
  private boolean schedules(Throwable failure) {
    if (!mayPass(failure)) {
      return false;
    }
    int made;
    synchronized (this) {
      made = attempts;
      mayHaveRun |= !(failure instanceof RpcException e && e.safeToRetry());
    }
    long pause = pause(made);
    if ((policy.attempts() != 0 && made >= policy.attempts())
        || (deadline != Deadlines.NONE && deadline - System.nanoTime() <= pause)) {
      return false;
    }
    synchronized (this) {
      failures.add(failure);
    }
    timer.after(pause, () -> attempt(flags & ~Request.AWAITED), this::completeExceptionally);
    return true;
  }

  private boolean mayPass(Throwable failure) {
    if (!(failure instanceof RpcException e) || e.execution() == Execution.EXECUTED) {
      return false;
    }
    boolean mayRunAgain = e.safeToRetry() || !numbered;
    return switch (e) {
      case RefusedException refused -> refused.isOverload() && e.safeToRetry();
      case RpcTimeoutException _ -> true; // the callee recognises a numbered call
      case WorkerLostException _ -> mayRunAgain && callee.mayBeReplaced();
      default -> false;
    };
  }

  /** How long to wait after that many attempts. */
  private long pause(int made) {
    double longest = Durations.timeoutNanos(policy.longestPause());
    double growing =
        Durations.timeoutNanos(policy.firstPause())
            * Math.pow(policy.factor(), Math.max(0, made - 1));
    double chance = 1 - policy.jitter() * ThreadLocalRandom.current().nextDouble();
    return (long) (Math.min(growing, longest) * chance);
  }

  private synchronized void addFailuresTo(Throwable held) {
    Throwable last =
        held instanceof CompletionException && held.getCause() != null ? held.getCause() : held;
    for (Throwable each : failures) {
      if (each != last) {
        last.addSuppressed(each);
      }
    }
  }
}
