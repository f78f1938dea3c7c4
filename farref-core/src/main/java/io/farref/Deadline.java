package io.farref;

import io.farref.spi.WorkerProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A moment by which something must be done, for a whole block of calls.
 *
 * {@snippet file="io/farref/snippets/Deadlines.java" region="block"}
 *
 * <p>Every remote call that the block makes, in whichever style, ends at the earlier of this moment
 * and its own limit of time. What it calls inherits what remains, on other workers too, and finds
 * it by {@link #current()}. Blocks within blocks, and within a call being served, get the earlier
 * moment. A deadline stops nobody who does not call: the block itself looks at {@link #isPast()}.
 *
 * <p>It is bound to the thread and to the subtasks of structured concurrency forked there, as
 * {@link ScopedValue}s are; callbacks of futures do not have it.
 *
 * <p>Immutable and thread-safe. It does not travel; calls take it along.
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
   * @param <X> what it throws
   */
  @FunctionalInterface
  public interface Block<X extends Exception> {
    /** Runs it. */
    void run() throws X;
  }

  /**
   * The moment that lies so far ahead.
   *
   * @param duration {@link Duration#ZERO} is over at once; more than 73 years are 73 years
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
   * The deadline in force on this thread: the earlier of those of the blocks it is in and of the
   * call that it serves, if there is any.
   */
  public static Optional<Deadline> current() {
    OptionalLong current = WorkerProvider.get().deadline();
    return current.isPresent() ? Optional.of(new Deadline(current.getAsLong())) : Optional.empty();
  }

  /**
   * Runs a block in the scope of this deadline and returns its value.
   *
   * @throws X what the block threw; a call that was cut off throws {@link RpcTimeoutException}
   */
  public <R extends @Nullable Object, X extends Exception> R call(
      ScopedValue.CallableOp<? extends R, X> block) throws X {
    Objects.requireNonNull(block, "block");
    return WorkerProvider.get().callBefore(nanoTime, block);
  }

  /** {@link #call} for a block without a value. */
  public <X extends Exception> void run(Block<X> block) throws X {
    Objects.requireNonNull(block, "block");
    this.<@Nullable Void, X>call(
        () -> {
          block.run();
          return null;
        });
  }

  /** How long it is until then; zero if it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** Whether it has passed. */
  public boolean isPast() {
    return nanoTime - System.nanoTime() <= 0;
  }

  @Override
  public String toString() {
    return "Deadline[" + remaining() + " left]";
  }
}
