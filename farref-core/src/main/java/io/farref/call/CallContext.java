package io.farref.call;

import io.farref.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs to know while it runs a call: on which worker, and until when.
 *
 * @param worker the worker it runs on
 * @param deadline the {@link System#nanoTime} at which the caller gives up, or {@link
 *     Deadlines#NONE}
 */
public record CallContext(Worker worker, long deadline) {
  private static final ThreadLocal<@Nullable CallContext> CURRENT = new ThreadLocal<>();

  /** The call that the current thread runs, if any. */
  public static @Nullable CallContext current() {
    return Thread.currentThread() instanceof ReaderThread reader ? reader.context() : CURRENT.get();
  }

  /** Makes this the current one; returns what was, for {@link #leave}. */
  @Nullable CallContext enter() {
    CallContext outer = current();
    set(this);
    return outer;
  }

  /** Puts back what {@link #enter} returned. */
  static void leave(@Nullable CallContext outer) {
    set(outer);
  }

  private static void set(@Nullable CallContext context) {
    if (Thread.currentThread() instanceof ReaderThread reader) {
      reader.context(context);
    } else if (context == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(context);
    }
  }
}
