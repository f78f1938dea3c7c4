package io.farref;

import io.farref.spi.WorkerProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A point in time by which all calls of a block must end. Immutable and thread-safe.
 *
 * {@snippet file="io/farref/snippets/Deadlines.java" region="block"}
 *
 * <p>Every remote call that the block makes ends at the earlier of the deadline and its own
 * timeout. The called code inherits the time that is left, on other workers too, and reads it by
 * {@link #current()}. For blocks within blocks, and within a call that is served, the earliest
 * deadline holds. A deadline does not stop code that makes no call: such code can ask {@link
 * #isPast()}.
 *
 * <p>It is bound to the thread and to the subtasks of structured concurrency that are forked there,
 * as {@link ScopedValue}s are. Callbacks of futures do not have it. The object itself cannot
 * travel.
 */
public final class Deadline {
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Code that is run in the scope of a deadline.
   *
   * @param <X> the checked exception that it throws
   */
  @FunctionalInterface
  public interface Block<X extends Exception> {
    /** Runs the code. */
    void run() throws X;
  }

  /**
   * The deadline that is this long from now.
   *
   * @param duration {@link Duration#ZERO} has passed at once; more than 73 years are 73 years
   * @throws IllegalArgumentException if negative
   */
  public static Deadline within(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a deadline cannot lie in the past: " + duration);
    }
    return new Deadline(System.nanoTime() + nanos(duration));
  }

  private static long nanos(Duration duration) {
    try {
      return Math.min(duration.toNanos(), LONGEST_NANOS);
    } catch (ArithmeticException e) {
      return LONGEST_NANOS;
    }
  }

  /**
   * The deadline in force on this thread: the earliest of those of the blocks that it is in and of
   * the call that it serves; empty if there is none.
   */
  public static Optional<Deadline> current() {
    OptionalLong current = WorkerProvider.get().deadline();
    return current.isPresent() ? Optional.of(new Deadline(current.getAsLong())) : Optional.empty();
  }

  /**
   * Runs a block on this thread, in the scope of this deadline, and returns its value. A remote
   * call in it that does not end in time throws {@link RpcTimeoutException}.
   *
   * @throws X the exception that the block threw
   */
  public <R extends @Nullable Object, X extends Exception> R call(
      ScopedValue.CallableOp<? extends R, X> block) throws X {
    Objects.requireNonNull(block, "block");
    return WorkerProvider.get().callBefore(nanoTime, block);
  }

  /** As {@link #call}, for a block without a value. */
  public <X extends Exception> void run(Block<X> block) throws X {
    Objects.requireNonNull(block, "block");
    this.<@Nullable Void, X>call(
        () -> {
          block.run();
          return null;
        });
  }

  /** The time that is left; zero if the deadline has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** Whether the deadline has passed. */
  public boolean isPast() {
    return nanoTime - System.nanoTime() <= 0;
  }

  @Override
  public String toString() {
    return "Deadline[" + remaining() + " left]";
  }
}
