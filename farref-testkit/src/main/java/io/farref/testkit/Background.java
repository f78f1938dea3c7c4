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

/** Something that a test does on a thread of its own. */
final class Background<T extends @Nullable Object> {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final FutureTask<T> task;
  private final Thread thread;
  private final Duration patience;

  private Background(Duration patience, Callable<T> action) {
    this.patience = patience;
    task = new FutureTask<>(action);
    thread = Thread.ofPlatform().daemon().name("testkit-background").start(task);
  }

  static <T extends @Nullable Object> Background<T> run(Callable<T> action) {
    return run(Duration.ofSeconds(30), action);
  }

  /** Does something whose {@link #result} is waited for so long. */
  static <T extends @Nullable Object> Background<T> run(Duration patience, Callable<T> action) {
    return new Background<>(patience, action);
  }

  Thread thread() {
    return thread;
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Waits for the result; what the action threw is thrown here. */
  T result() throws Exception {
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        cause.addSuppressed(new Exception("awaited here"));
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      throw new AssertionError(
          "not done after " + patience + ", but at " + Arrays.toString(thread.getStackTrace()), e);
    }
  }

  /** The processor time that the thread has used; -1 once it has ended. */
  long cpuNanos() {
    return THREADS.getThreadCpuTime(thread.threadId());
  }

  /**
   * Waits until the thread uses no processor any more: it waits for something, or has ended. Gives
   * up after two seconds, in which a test finds what is wrong by itself.
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
