package io.farref.ref.guard;

import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.call.Failures;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The slot of a value of this worker: empty at first, then for ever with an outcome, which is the
 * value or the failure of its creation. There may be millions of slots, so a slot is its own lock,
 * and has few fields. Thread-safe.
 */
public final class ValueSlot {
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Object EMPTY = new Object();

  /** The outcome if there is no value. */
  private record Failed(Throwable cause) {}

  private static final Object TAKEN = new Object();

  private final long age = COUNT.incrementAndGet();
  private volatile @Nullable Object outcome = EMPTY;
  private volatile @Nullable SequencedSet<Runnable> waiting; // null if no task waits
  private volatile @Nullable StackTraceElement origin;

  /** The slot of a value that lives here. */
  public static ValueSlot of(OwnerEntry entry) {
    return (ValueSlot) entry.payload();
  }

  /** Orders slots by when they were made. */
  public long age() {
    return age;
  }

  /** Where the reference to it was made, if that is known. */
  public @Nullable StackTraceElement origin() {
    return origin;
  }

  public void origin(StackTraceElement site) {
    origin = site;
  }

  /** Puts the value; returns false if there was an outcome already. */
  public boolean offer(@Nullable Object value) {
    return fill(value);
  }

  /** Puts a failure in place of a value; does nothing if there was an outcome already. */
  public void failure(Throwable cause) {
    fill(new Failed(cause));
  }

  /** Whether the outcome is there and all tasks that waited for it have been started. */
  public boolean isReady() {
    return outcome != EMPTY
        && waiting == null; // a thread that sees the outcome also sees the tasks that waited
  }

  /** Runs the task when the outcome is there, after those that came before it. */
  public void whenReady(Runnable task) {
    synchronized (this) {
      if (!isReady()) {
        if (waiting == null) {
          waiting = new LinkedHashSet<>(4);
        }
        waiting.add(task);
        return;
      }
    }
    task.run();
  }

  /** Forgets a task that waits for the outcome, if it has not been started. */
  public synchronized void forget(Runnable task) {
    if (waiting != null && waiting.remove(task) && waiting.isEmpty() && outcome == EMPTY) {
      waiting = null;
    }
  }

  /** Waits for the outcome, with a timeout; returns whether it is there. */
  public synchronized boolean await(long nanos) throws InterruptedException {
    long start = System.nanoTime();
    while (outcome == EMPTY) {
      long left = nanos - (System.nanoTime() - start);
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /**
   * The value.
   *
   * @throws Throwable the failure of its creation, as the failure of a use that did not run
   */
  public @Nullable Object get() throws Throwable {
    Object found = outcome;
    if (found == EMPTY) {
      throw new IllegalStateException("the value is not there yet");
    }
    if (found instanceof Failed(Throwable cause)) {
      throw Failures.ofUse(cause);
    }
    if (found == TAKEN) {
      throw new WorkerClosedException(
          "the worker that owns the value was closed while it was used", Execution.NOT_EXECUTED);
    }
    return found;
  }

  /** The value, or null if there is none or not yet. */
  public @Nullable Object valueOrNull() {
    Object found = outcome;
    return found == EMPTY || found == TAKEN || found instanceof Failed ? null : found;
  }

  /** Takes the value out of a slot that is no longer used; null if there is none. */
  public synchronized @Nullable Object take() {
    Object value = valueOrNull();
    if (value != null) {
      outcome = TAKEN;
    }
    return value;
  }

  private boolean fill(@Nullable Object found) {
    synchronized (this) {
      if (outcome != EMPTY) {
        return false;
      }
      outcome = found;
      notifyAll();
      if (waiting == null) {
        return true;
      }
    }
    startAll();
    return true;
  }

  /** Tasks that come while the queue is being emptied are queued, too: the order stays. */
  private void startAll() {
    while (true) {
      Runnable next;
      synchronized (this) {
        if (waiting == null || waiting.isEmpty()) {
          waiting = null;
          return;
        }
        next = waiting.removeFirst();
      }
      next.run();
    }
  }
}
