package io.farref.call;

import io.farref.Worker;
import io.farref.time.Deadlines;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The run of a call's code: on which worker, by which thread, until when, and what it has called
 * and not waited for. Made by the thread that runs it. Thread-safe.
 */
public final class CallContext {
  private static final ThreadLocal<@Nullable CallContext> CURRENT = new ThreadLocal<>();

  private final Worker worker;
  private final long deadline;
  private final Thread thread = Thread.currentThread();

  // stop() writes `stopped` and then reads `over`, end() the reverse.
  private volatile boolean stopped;
  private volatile boolean over;

  private volatile @Nullable CompletionStage<?> stage;

  /** Calls that it made and nobody waits for in its thread; guarded by this. */
  private @Nullable Set<CompletableFuture<?>> open;

  CallContext(Worker worker, long deadline) {
    this.worker = worker;
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

  /** The {@link System#nanoTime} at which the caller gives up, or {@link Deadlines#NONE}. */
  public long deadline() {
    return deadline;
  }

  /** Makes this the current one; returns what was, for {@link #leave}. */
  @Nullable CallContext enter() {
    CallContext outer = current();
    set(this);
    return outer;
  }

  /** Puts back what {@link #enter} returned, and {@linkplain #end ends}. */
  void leave(@Nullable CallContext outer) {
    set(outer);
    end();
  }

  /** The code has come to its end: from here on no interrupt is for it, and none is left behind. */
  void end() {
    over = true;
    if (stopped) {
      synchronized (this) {
        Thread.interrupted();
      }
    }
  }

  /** Interrupts the thread while it runs the code, and only then. */
  void stop() {
    stopped = true;
    synchronized (this) {
      if (!over && thread != Thread.currentThread()) { // who ends its own caller goes on
        thread.interrupt();
      }
    }
  }

  /** It made a call and does not wait for it. */
  synchronized void opened(CompletableFuture<?> call) {
    if (open == null) {
      open = new HashSet<>();
    }
    open.add(call);
  }

  /** That call is over. */
  @SuppressWarnings("CollectionUndefinedEquality") // the same one is meant
  synchronized void closed(CompletableFuture<?> call) {
    if (open != null) {
      open.remove(call);
    }
  }

  /** It returned a stage for which its caller waits. */
  void returned(CompletionStage<?> last) {
    stage = last;
  }

  /** Whether something that it began is not over. */
  boolean hasOpen() {
    return stage != null || !open().isEmpty();
  }

  private synchronized List<CompletableFuture<?>> open() {
    return open == null ? List.of() : List.copyOf(open);
  }

  /** Cancels the calls that it made and that are not over, and its stage; runs foreign code. */
  void cancelOpen() {
    open().forEach(call -> call.cancel(true));
    CompletionStage<?> last = stage;
    if (last != null) {
      try {
        last.toCompletableFuture().cancel(true);
      } catch (UnsupportedOperationException e) {
        assert !(last instanceof CompletableFuture<?>); // a kind of stage that nobody can end
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
