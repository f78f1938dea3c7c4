package io.farref.ref;

import io.farref.call.ReferenceLayer.Result;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A place for a value of this worker: empty, then for ever the value or why there is none. */
final class ValueSlot implements Result {
  private static final AtomicLong COUNT = new AtomicLong();

  private final long age = COUNT.incrementAndGet();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private @Nullable Object value;
  private @Nullable Throwable failure;
  private boolean filled;
  private volatile @Nullable StackTraceElement origin;
  private volatile boolean settled;

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

  @Override
  public void value(@Nullable Object outcome) {
    offer(outcome);
  }

  /** As {@link #value}; returns false if there was an outcome already. */
  boolean offer(@Nullable Object outcome) {
    return fill(outcome, null);
  }

  @Override
  public void failure(Throwable cause) {
    fill(null, cause);
  }

  /** Whether the outcome is there and all that waited for it has been started. */
  boolean isReady() {
    return settled;
  }

  /** Runs the task when the outcome is there, after those that came before it. */
  void whenReady(Runnable task) {
    synchronized (waiting) {
      if (!settled) {
        waiting.add(task);
        return;
      }
    }
    task.run();
  }

  /** Waits so long at most; whether the outcome is there. */
  boolean await(long nanos) throws InterruptedException {
    return ready.await(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * The value.
   *
   * @throws Throwable why there is none
   */
  @Nullable Object get() throws Throwable {
    if (!settled && ready.getCount() > 0) {
      throw new IllegalStateException("the value is not there yet");
    }
    if (failure != null) {
      throw failure;
    }
    return value;
  }

  /** The value, or null if there is none or not yet. */
  @Nullable Object valueOrNull() {
    synchronized (waiting) {
      return value;
    }
  }

  private boolean fill(@Nullable Object outcome, @Nullable Throwable cause) {
    synchronized (waiting) {
      if (filled) {
        return false;
      }
      filled = true;
      value = outcome;
      failure = cause;
    }
    ready.countDown();
    // What arrives while the queue is being emptied still queues up: the order stays.
    while (true) {
      Runnable next;
      synchronized (waiting) {
        next = waiting.poll();
        if (next == null) {
          settled = true;
          return true;
        }
      }
      next.run();
    }
  }
}
