package io.farref.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
    warn(what, FailureText.of(why), why);
  }

  /** The problem has come again, and where in the code says nothing: others can bring it about. */
  public void warnBriefly(String what, String why) {
    warn(what, ForeignText.of(why), null);
  }

  private void warn(String what, String why, @Nullable Throwable thrown) {
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
    String text = what + more + ": " + why;
    try {
      if (thrown == null) {
        log.log(Level.WARNING, text);
      } else {
        log.log(Level.WARNING, text, thrown);
      }
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
