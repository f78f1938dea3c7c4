package io.farref.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Logs a problem that may come many times in a second, but not more often than once in ten seconds.
 * The next line says how many were left out. Thread-safe.
 */
public final class RareLog {
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

  private final Logger log;
  private final LongSupplier clock;

  @GuardedBy("this")
  private boolean begun;

  @GuardedBy("this")
  private long last;

  @GuardedBy("this")
  private long leftOut;

  /** A log for one kind of problem. */
  public RareLog(Logger log) {
    this(log, System::nanoTime);
  }

  RareLog(Logger log, LongSupplier clock) {
    this.log = log;
    this.clock = clock;
  }

  /** The problem has come again. */
  public void warn(String what, Throwable why) {
    long missed;
    synchronized (this) {
      long now = clock.getAsLong();
      if (begun && now - last < PERIOD) {
        leftOut++;
        return;
      }
      begun = true;
      last = now;
      missed = leftOut;
      leftOut = 0;
    }
    String more = missed == 0 ? "" : " (and " + missed + " times before, not logged)";
    String text = what + more + ": " + FailureText.of(why);
    try {
      log.log(Level.WARNING, text, why);
    } catch (RuntimeException | Error e) {
      // The log itself lacks something, and the thread that warns has other things to do. The next
      // time is logged, with this one in the number of those left out.
      synchronized (this) {
        begun = false;
        leftOut += missed + 1;
      }
    }
  }
}
