package io.farref.mux;

import io.farref.wire.Window;
import java.util.concurrent.atomic.AtomicLong;

/** The number of unanswered calls and their bytes, packed into one long. Thread-safe. */
public final class WindowUsage {
  private static final int BITS = 40;
  private static final long BYTES = (1L << BITS) - 1;

  private final AtomicLong used = new AtomicLong();

  /** A number of calls, and their bytes. */
  public record Amount(int calls, long bytes) {}

  /** Adds a call, if it fits. */
  boolean tryAdd(long bytes, Window window) {
    while (true) {
      long present = used.get();
      if (!fits(present, bytes, window)) {
        return false;
      }
      if (used.compareAndSet(present, present + of(1, bytes))) {
        return true;
      }
    }
  }

  /** Whether another call would fit. */
  public boolean fits(long bytes, Window window) {
    return fits(used.get(), bytes, window);
  }

  private static boolean fits(long present, long bytes, Window window) {
    return (present >>> BITS) < window.calls() && (present & BYTES) + bytes <= window.bytes();
  }

  /** Adds a call. */
  public void add(long bytes) {
    used.getAndAdd(of(1, bytes));
  }

  /** Subtracts calls that were added. */
  public void remove(int calls, long bytes) {
    used.getAndAdd(-of(calls, bytes));
  }

  /** Sets both counts to zero; returns their values before. */
  public Amount removeAll() {
    long all = used.getAndSet(0);
    return new Amount((int) (all >>> BITS), all & BYTES);
  }

  /** Whether the usage is at least one n-th of a window. */
  public boolean isPartOf(Window window, int parts) {
    long present = used.get();
    return (present >>> BITS) >= window.calls() / parts
        || (present & BYTES) >= window.bytes() / parts;
  }

  public int calls() {
    return (int) (used.get() >>> BITS);
  }

  public long bytes() {
    return used.get() & BYTES;
  }

  private static long of(int calls, long bytes) {
    return ((long) calls << BITS) + bytes;
  }
}
