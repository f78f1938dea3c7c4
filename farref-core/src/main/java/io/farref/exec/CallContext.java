package io.farref.exec;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.Worker;
import io.farref.time.Deadlines;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One run of a call's code: its worker, caller, thread and deadline, and the calls that it made and
 * has not waited for. Made by the thread that runs the code. Thread-safe.
 */
public final class CallContext {
  private static final ThreadLocal<@Nullable CallContext> CURRENT = new ThreadLocal<>();

  private final Worker worker;
  private final int caller;
  private final long deadline;
  private final Thread thread = Thread.currentThread();

  // stop() writes `stopped` and then reads `over`; end() does the reverse.
  private volatile boolean stopped;
  private volatile boolean over;

  private volatile @Nullable CompletionStage<?> stage;

  /** Calls that the code made and does not wait for in its thread. */
  @GuardedBy("this")
  private @Nullable Set<CompletableFuture<?>> open;

  /**
   * Begins a run on the current thread.
   *
   * @param caller the id of the worker at the other end of the connection that the call came on
   */
  public CallContext(Worker worker, int caller, long deadline) {
    this.worker = worker;
    this.caller = caller;
    this.deadline = deadline;
  }

  /** The call that the current thread runs, if any. */
  public static @Nullable CallContext current() {
    return Thread.currentThread() instanceof ReaderThread reader ? reader.context() : CURRENT.get();
  }

  /** The worker it runs on. */
  public Worker worker() {
    return worker;
  }

  /** The id of the worker that made the call; its own connection says so, not the message. */
  public int caller() {
    return caller;
  }

  /** The deadline of the call as a {@link System#nanoTime}, or {@link Deadlines#NONE}. */
  public long deadline() {
    return deadline;
  }

  /** Makes this the current context; returns the former one, for {@link #leave}. */
  public @Nullable CallContext enter() {
    CallContext outer = current();
    set(this);
    return outer;
  }

  /** Restores the context that {@link #enter} returned, and {@linkplain #end ends} this one. */
  public void leave(@Nullable CallContext outer) {
    set(outer);
    end();
  }

  /** The code has ended: no later interrupt is for it, and the thread's interrupt flag is clear. */
  public void end() {
    over = true;
    if (stopped) {
      synchronized (this) {
        Thread.interrupted();
      }
    }
  }

  /** Interrupts the thread while it runs the code, and only then. */
  public void stop() {
    stopped = true;
    synchronized (this) {
      if (!over && thread != Thread.currentThread()) { // code that cancels its own call continues
        thread.interrupt();
      }
    }
  }

  /** The code made a call and does not wait for it. */
  public synchronized void opened(CompletableFuture<?> call) {
    if (open == null) {
      open = new HashSet<>();
    }
    open.add(call);
  }

  /** A call that {@link #opened} recorded has ended. */
  @SuppressWarnings("CollectionUndefinedEquality")
  public // compares by identity
  synchronized void closed(CompletableFuture<?> call) {
    if (open != null) {
      open.remove(call);
    }
  }

  /** The code returned a stage that its caller waits for. */
  public void returned(CompletionStage<?> last) {
    stage = last;
  }

  /** Whether the code left a call or a stage that has not ended. */
  public boolean hasOpen() {
    return stage != null || !open().isEmpty();
  }

  private synchronized List<CompletableFuture<?>> open() {
    return open == null ? List.of() : List.copyOf(open);
  }

  /** Cancels the calls that the code left open, and its stage; runs user code. */
  public void cancelOpen() {
    open().forEach(call -> call.cancel(true));
    CompletionStage<?> last = stage;
    if (last != null) {
      try {
        last.toCompletableFuture().cancel(true);
      } catch (UnsupportedOperationException e) {
        assert !(last instanceof CompletableFuture<?>); // a kind of stage that cannot be cancelled
      }
    }
  }

  private static void set(@Nullable CallContext context) {
    if (Thread.currentThread() instanceof ReaderThread reader) {
      reader.context(context);
    } else if (context == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(context);
    }
  }
}
