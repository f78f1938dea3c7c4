package io.farref.testkit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An action of a test that runs on another thread. */
final class Background<T extends @Nullable Object> {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final FutureTask<T> task;
  private final Thread thread;
  private final Duration timeout;

  private Background(Duration timeout, Callable<T> action) {
    this.timeout = timeout;
    task = new FutureTask<>(action);
    thread = Thread.ofPlatform().daemon().name("testkit-background").start(task);
  }

  static <T extends @Nullable Object> Background<T> run(Callable<T> action) {
    return run(Duration.ofSeconds(30), action);
  }

  /** Starts an action; {@link #result} waits for it no longer than {@code timeout}. */
  static <T extends @Nullable Object> Background<T> run(Duration timeout, Callable<T> action) {
    return new Background<>(timeout, action);
  }

  Thread thread() {
    return thread;
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Waits for the result; throws what the action threw. */
  T result() throws Exception {
    try {
      return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        cause.addSuppressed(new Exception("awaited here"));
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      throw new AssertionError(
          "not done after " + timeout + ", but at " + Arrays.toString(thread.getStackTrace()), e);
    }
  }

  /** The processor time that the thread has used; -1 once the thread has ended. */
  long cpuNanos() {
    return THREADS.getThreadCpuTime(thread.threadId());
  }

  /**
   * Waits until the thread uses no processor time any more: it waits for something, or has ended.
   * Returns after two seconds in any case; then the test will fail by itself.
   */
  Background<T> awaitIdle() {
    long last = -1;
    int still = 0;
    for (int poll = 0; poll < 1000 && still < 5; poll++) {
      LockSupport.parkNanos(2_000_000);
      long now = cpuNanos();
      still = now == last ? still + 1 : 0;
      last = now;
    }
    return this;
  }
}
