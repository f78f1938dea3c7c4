package io.farref.codec;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Continues a recursion on a thread of its own when it has become deep, so that depth is bounded by
 * {@link io.farref.Limits#maxDepth} and not by the stack of the caller.
 */
final class DeepStack {
  /** How deep an object graph may nest before it leaves the caller's stack. */
  static final int FIRST_LEVELS = 300;

  /** How many more levels one fresh stack takes: 8 KiB each, several times the measured need. */
  static final int LEVELS = 8_000;

  private static final long STACK_BYTES = 64L << 20;

  private DeepStack() {}

  /** Runs the body on a fresh stack and waits for it; its exception or error is thrown here. */
  static <T extends @Nullable Object> T call(Supplier<T> body) {
    Run<T> run = new Run<>(body);
    Thread thread =
        Thread.ofPlatform()
            .name("farref-jvm-deep-value")
            .uncaughtExceptionHandler((_, e) -> run.failed(e))
            .daemon(true)
            .inheritInheritableThreadLocals(false)
            .stackSize(STACK_BYTES)
            .unstarted(run);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return run.result();
  }

  private static final class Run<T extends @Nullable Object> implements Runnable {
    private final Supplier<T> body;
    private @Nullable T value;
    private @Nullable Throwable failure;

    Run(Supplier<T> body) {
      this.body = body;
    }

    @Override
    public void run() {
      try {
        value = body.get();
      } catch (Throwable t) { // handed to the waiting thread
        failure = t;
      }
    }

    void failed(Throwable cause) {
      failure = cause;
    }

    @SuppressWarnings("NullAway") // value has T's own nullness
    T result() {
      Throwable thrown = failure;
      if (thrown instanceof RuntimeException e) {
        throw e;
      }
      if (thrown instanceof Error e) {
        throw e;
      }
      if (thrown != null) {
        throw new AssertionError("a supplier threw a checked exception", thrown);
      }
      return value;
    }
  }
}
