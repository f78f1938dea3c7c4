package io.farref.examples.index;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps many async calls in flight, but not too many: who sends faster than the others work, waits
 * here instead of filling everybody's memory.
 *
 * <p>For one sending thread.
 */
final class Window {
  private final int limit;
  private final Semaphore room;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Lets calls be in flight whose weights add up to {@code limit}, in any unit. */
  Window(int limit) {
    this.limit = limit;
    this.room = new Semaphore(limit);
  }

  /** Makes a call as soon as there is room for it. Throws what an earlier one failed with. */
  void send(int weight, Supplier<CompletableFuture<?>> call) throws InterruptedException {
    throwFailure();
    int permits = Math.min(weight, limit); // what is larger than the window goes alone
    room.acquire(permits);
    var _ =
        call.get()
            .whenComplete(
                (_, failed) -> {
                  if (failed != null) {
                    failure.compareAndSet(null, failed);
                  }
                  room.release(permits);
                });
  }

  /** Waits until every call has ended. Throws what one of them failed with. */
  void await() throws InterruptedException {
    room.acquire(limit);
    room.release(limit);
    throwFailure();
  }

  private void throwFailure() {
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a call failed: " + failed.getMessage(), failed);
    }
  }
}
