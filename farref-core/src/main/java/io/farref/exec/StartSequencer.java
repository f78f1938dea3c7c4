package io.farref.exec;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of one connection begin in the order in which they arrived, on whatever threads
 * they run. Thread-safe.
 */
public final class StartSequencer {
  /**
   * How long a call waits for the one before it to begin. Decoding the earlier call runs user code,
   * which may compute for long. Then progress is more important than order.
   */
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(1);

  /**
   * How long a call waits for the one before it while the thread that decodes that one waits, too:
   * perhaps for this call. The library itself does not wait while it decodes.
   */
  private static final long WAITING = Watchdog.LONGEST_RUN;

  /** How often to look whether the decoding thread waits. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(2);

  /**
   * How long a call that has begun runs before the next one begins, unless it ends or waits
   * earlier. A call that is known to compute for long gets less, because such calls must be able to
   * run side by side. Any other call that still runs most likely only lacks a processor.
   */
  private static final long HEAD_START = Watchdog.LONGEST_RUN;

  private static final long SHORT_HEAD_START = TimeUnit.MICROSECONDS.toNanos(200);

  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(20);

  private final AtomicReference<@Nullable Ticket> last = new AtomicReference<>();

  /** Whether the next call would not have to wait. */
  public boolean isClear() {
    Ticket end = last.get();
    if (end == null) {
      return true;
    }
    if (end.ended) {
      last.compareAndSet(end, null); // so that the next check costs less
      return true;
    }
    return end.isUnderWay();
  }

  /** Takes the next place in the queue. */
  public Ticket queue() {
    Ticket mine = new Ticket();
    mine.before = last.getAndSet(mine);
    return mine;
  }

  /** A call's place in the queue. One thread at a time uses it. */
  public static final class Ticket {
    private volatile @Nullable Ticket before;
    private volatile boolean ended;
    private volatile @Nullable Thread next;
    private volatile @Nullable Thread decoder;
    private volatile @Nullable Thread runner;
    private long headStartEnds;

    /** Whether all earlier calls have begun. */
    boolean isFirst() {
      Ticket ahead = before;
      if (ahead == null) {
        return true;
      }
      if (!ahead.isUnderWay()) {
        return false;
      }
      before = null;
      return true;
    }

    private boolean isUnderWay() {
      if (ended) {
        return true;
      }
      Thread on = runner;
      return on != null
          && (System.nanoTime() - headStartEnds > 0 || on.getState() != Thread.State.RUNNABLE);
    }

    /** The call is being decoded on that thread; null: no longer. */
    public void decodedBy(@Nullable Thread on) {
      decoder = on;
    }

    private boolean isDecodedByAWaitingThread() {
      Thread on = decoder;
      return on != null && on.getState() != Thread.State.RUNNABLE;
    }

    /**
     * Waits until all earlier calls have begun, then begins.
     *
     * @param isLong whether it is known to compute for long
     */
    public void begin(boolean isLong) {
      decoder = null;
      Ticket ahead = before;
      if (ahead != null) {
        ahead.await();
      }
      begun(Thread.currentThread(), isLong);
    }

    /** The call has begun already, on that thread, after all earlier calls. */
    public void begun(Thread on, boolean isLong) {
      decoder = null;
      before = null; // else every call would keep all earlier ones in memory
      headStartEnds = System.nanoTime() + (isLong ? SHORT_HEAD_START : HEAD_START);
      runner = on;
      LockSupport.unpark(next);
    }

    /** The call has run, or never will. */
    public void end() {
      ended = true;
      runner = null;
      LockSupport.unpark(next);
    }

    private void await() {
      if (isUnderWay()) {
        return;
      }
      ReadLease.yieldCurrent();
      next = Thread.currentThread(); // then it checks the state again; begin() does the reverse
      long end = System.nanoTime() + TIMEOUT;
      boolean interrupted = false;
      long waitingSince = TIMEOUT;
      for (long left = TIMEOUT; !isUnderWay() && left > 0; left = end - System.nanoTime()) {
        if (!isDecodedByAWaitingThread()) {
          waitingSince = left;
        } else if (waitingSince - left >= WAITING) {
          break;
        }
        LockSupport.parkNanos(this, runner == null ? Math.min(left, LOOK) : PAUSE);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
