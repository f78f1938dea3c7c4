package io.farref.ref;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A place for a value of this worker: empty, then for ever the value or why there is none. There
 * may be millions, so it is its own lock, and has no more fields than it must. Thread-safe.
 */
final class ValueSlot {
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Object EMPTY = new Object();

  /** In the place of a value. */
  private record Failed(Throwable cause) {}

  private static final Failed TAKEN =
      new Failed(new IllegalStateException("the value's worker was closed while it was used"));

  private final long age = COUNT.incrementAndGet();
  private volatile @Nullable Object outcome = EMPTY;
  private volatile @Nullable Queue<Runnable> waiting; // null when none waits
  private volatile @Nullable StackTraceElement origin;

  /** The slot of a value that lives here. */
  static ValueSlot of(OwnerEntry entry) {
    return (ValueSlot) entry.payload();
  }

  /** Orders slots by when they were made. */
  long age() {
    return age;
  }

  /** Where the reference to it was made, if that is known. */
  @Nullable StackTraceElement origin() {
    return origin;
  }

  void origin(StackTraceElement site) {
    origin = site;
  }

  /** The value; returns false if there was an outcome already. */
  boolean offer(@Nullable Object value) {
    return fill(value);
  }

  /** Why there is no value; does nothing if there was an outcome already. */
  void failure(Throwable cause) {
    fill(new Failed(cause));
  }

  /** Whether the outcome is there and all that waited for it has been started. */
  boolean isReady() {
    return outcome != EMPTY && waiting == null; // who sees the outcome sees who waited for it
  }

  /** Runs the task when the outcome is there, after those that came before it. */
  void whenReady(Runnable task) {
    synchronized (this) {
      if (!isReady()) {
        if (waiting == null) {
          waiting = new ArrayDeque<>(4);
        }
        waiting.add(task);
        return;
      }
    }
    task.run();
  }

  /** Waits so long at most; whether the outcome is there. */
  synchronized boolean await(long nanos) throws InterruptedException {
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
   * @throws Throwable why there is none
   */
  @Nullable Object get() throws Throwable {
    Object found = outcome;
    if (found == EMPTY) {
      throw new IllegalStateException("the value is not there yet");
    }
    if (found instanceof Failed(Throwable cause)) {
      throw cause;
    }
    return found;
  }

  /** The value, or null if there is none or not yet. */
  @Nullable Object valueOrNull() {
    Object found = outcome;
    return found == EMPTY || found instanceof Failed ? null : found;
  }

  /** Takes the value out of a place that is given up; null if there is none. */
  synchronized @Nullable Object take() {
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

  /** What arrives while the queue is being emptied still queues up: the order stays. */
  private void startAll() {
    while (true) {
      Runnable next;
      synchronized (this) {
        next = waiting == null ? null : waiting.poll();
        if (next == null) {
          waiting = null;
          return;
        }
      }
      next.run();
    }
  }
}
