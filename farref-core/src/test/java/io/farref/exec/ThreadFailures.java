package io.farref.exec;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers the errors by which threads of a test ended, for its end. */
public final class ThreadFailures implements Thread.UncaughtExceptionHandler {
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Override
  public void uncaughtException(Thread thread, Throwable cause) {
    failures.add(new AssertionError("thread " + thread.getName() + " ended by an error", cause));
  }

  /** Throws the first of them, if there was one. */
  public void check() {
    if (failures.peek() instanceof AssertionError first) {
      throw first;
    }
  }
}
