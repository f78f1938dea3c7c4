package io.farref.exec;

import io.farref.Deadline;
import io.farref.time.Deadlines;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of every call that the current thread makes: the earlier one of the call that the
 * thread serves and of the {@link Deadline} blocks that it is in.
 */
public final class CurrentDeadline {
  private static final ScopedValue<Long> BLOCK = ScopedValue.newInstance();

  private CurrentDeadline() {}

  /** The deadline as a {@link System#nanoTime}, if there is one. */
  public static OptionalLong get() {
    long deadline = within(CallContext.current());
    return deadline == Deadlines.NONE ? OptionalLong.empty() : OptionalLong.of(deadline);
  }

  /** The earlier one of the deadline and another. */
  public static long or(long other) {
    return Deadlines.earlier(other, within(CallContext.current()));
  }

  /** The deadline, or {@link Deadlines#NONE}, given {@link CallContext#current()}. */
  public static long within(@Nullable CallContext context) {
    long ofCall = context == null ? Deadlines.NONE : context.deadline();
    return BLOCK.isBound() ? Deadlines.earlier(ofCall, BLOCK.get()) : ofCall;
  }

  /** Runs a block whose calls have that deadline, or the present one if it is earlier. */
  public static <R extends @Nullable Object, X extends Exception> R call(
      long deadline, ScopedValue.CallableOp<? extends R, X> block) throws X {
    return ScopedValue.where(BLOCK, or(deadline)).<R, X>call(block);
  }
}
