package io.farref.call;

import io.farref.Deadline;
import io.farref.time.Deadlines;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Until when what the current thread calls may take: the one way to find out. It is the earlier of
 * what the call says that the thread serves, and of the {@link Deadline}s whose blocks it is in.
 */
public final class DeadlineInForce {
  private static final ScopedValue<Long> BLOCK = ScopedValue.newInstance();

  private DeadlineInForce() {}

  /** The {@link System#nanoTime} of it, if there is any. */
  public static OptionalLong get() {
    long deadline = within(CallContext.current());
    return deadline == Deadlines.NONE ? OptionalLong.empty() : OptionalLong.of(deadline);
  }

  /** The earlier of it and of another one. */
  public static long or(long other) {
    return Deadlines.earlier(other, within(CallContext.current()));
  }

  /** It, or {@link Deadlines#NONE}, given {@link CallContext#current()}. */
  static long within(@Nullable CallContext context) {
    long ofCall = context == null ? Deadlines.NONE : context.deadline();
    return BLOCK.isBound() ? Deadlines.earlier(ofCall, BLOCK.get()) : ofCall;
  }

  /** Runs a block whose calls end then, or earlier if they would have without it. */
  public static <R extends @Nullable Object, X extends Exception> R call(
      long deadline, ScopedValue.CallableOp<? extends R, X> block) throws X {
    return ScopedValue.where(BLOCK, or(deadline)).<R, X>call(block);
  }
}
