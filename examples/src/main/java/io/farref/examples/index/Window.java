package io.farref.examples.index;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps many async calls in flight, but not too many: a sender that is faster than the workers
 * waits here instead of filling the memory of both sides.
 *
 * <p>For one sending thread.
 */
final class Window {
  private final int limit;
  private final Semaphore free;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Lets calls be in flight whose weights add up to {@code limit}, in any unit. */
  Window(int limit) {
    this.limit = limit;
    this.free = new Semaphore(limit);
  }

  /**
   * Makes a call as soon as it fits into the window.
   *
   * @throws CompletionException if an earlier call failed, with the reason as its cause
   */
  void send(int weight, Supplier<CompletableFuture<?>> call) throws InterruptedException {
    throwFailure();
    int permits = Math.min(weight, limit); // a call larger than the window goes alone
    free.acquire(permits);
    var _ =
        call.get()
            .whenComplete(
                (_, failed) -> {
                  if (failed != null) {
                    failure.compareAndSet(null, failed);
                  }
                  free.release(permits);
                });
  }

  /**
   * Waits until every call has ended.
   *
   * @throws CompletionException if one of them failed, with the reason as its cause
   */
  void await() throws InterruptedException {
    free.acquire(limit);
    free.release(limit);
    throwFailure();
  }

  private void throwFailure() {
    switch (failure.get()) {
      case null -> {}
      case CompletionException e -> throw e;
      case Throwable e -> throw new CompletionException(e);
    }
  }
}
