package io.farref.call.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.DedupCall;
import io.farref.wire.ReplyHead;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cache for duplicate suppression: the outcomes of one caller's recent calls with at-most-once
 * semantics ({@link DedupCall}). A further attempt gets the outcome of the earlier one, or waits
 * for it. A call is remembered until its caller says that it is over, or until too many others have
 * arrived. Thread-safe.
 */
final class DuplicateCallCache {
  private final int most;
  private final String worker;

  @GuardedBy("this")
  private final Map<Long, Entry> calls = new LinkedHashMap<>();

  /** The caller has the outcomes of all calls with lower numbers. */
  @GuardedBy("this")
  private long over;

  /** The highest number that was evicted although its caller may ask again. */
  @GuardedBy("this")
  private long forgotten;

  /** Receives the outcome of a call. */
  interface Listener {
    /**
     * The call has ended.
     *
     * @param flags of a {@link ReplyHead}
     */
    void ended(int flags, @Nullable Object outcome);
  }

  /**
   * Makes an empty cache.
   *
   * @param most how many calls it remembers at most, except those that still run
   * @param worker the name of the worker, for messages
   */
  DuplicateCallCache(int most, String worker) {
    this.most = most;
    this.worker = worker;
  }

  /**
   * The entry of a call: a new one if this is the first attempt, which then runs the call.
   *
   * @param asking the attempt, see {@link Entry#isRunBy}
   * @throws RefusedException if the call may have run and was evicted
   */
  synchronized Entry enter(DedupCall once, Object asking) {
    over = Math.max(over, once.over());
    long end = over;
    calls.values().removeIf(each -> each.number < end && each.isOver());
    Entry known = calls.get(once.number());
    if (known != null) {
      return known;
    }
    if (once.number() < over) { // a later message, that the call is over, overtook it
      throw new RefusedException(
          "the caller has had the outcome of another attempt of this call",
          Execution.MAYBE_EXECUTED);
    }
    if (!once.isFirst() && once.number() <= forgotten) {
      throw new RefusedException(
          "limit maxRecentCalls is "
              + most
              + " on worker "
              + worker
              + ", and so many calls of this caller came since the first attempt of this one"
              + " that it cannot tell whether that has run",
          Execution.MAYBE_EXECUTED);
    }
    Entry begun = new Entry(once.number(), asking);
    calls.put(begun.number, begun);
    forgetOldest();
    return begun;
  }

  /**
   * Begins an attempt: returns its entry if it is the first, which runs the call. Else returns
   * null, and the listener is told the outcome of the run.
   *
   * @param detach runs before the attempt waits for the outcome
   * @throws RefusedException if the call may have run and was evicted
   */
  @Nullable Entry begin(DedupCall once, Object asking, Runnable detach, Listener listener) {
    Entry run = enter(once, asking);
    if (run.isRunBy(asking)) {
      return run;
    }
    detach.run();
    run.whenOver(listener);
    return null;
  }

  @GuardedBy("this")
  private void forgetOldest() {
    Iterator<Entry> oldest = calls.values().iterator();
    while (calls.size() > most && oldest.hasNext()) {
      Entry next = oldest.next();
      if (next.isOver()) {
        oldest.remove();
        forgotten = Math.max(forgotten, next.number);
      }
    }
  }

  synchronized int size() {
    return calls.size();
  }

  /** A call that is remembered. Thread-safe. */
  static final class Entry {
    private final long number;
    private final Object runner;

    @GuardedBy("this")
    private @Nullable Listener waiting;

    @GuardedBy("this")
    private boolean over;

    @GuardedBy("this")
    private int flags;

    @GuardedBy("this")
    private @Nullable Object outcome;

    private Entry(long number, Object runner) {
      this.number = number;
      this.runner = runner;
    }

    /** Whether that attempt was the first, which runs the call. */
    @SuppressWarnings("ReferenceEquality")
    boolean isRunBy(Object asking) {
      return runner == asking;
    }

    private synchronized boolean isOver() {
      return over;
    }

    /** The call has run. */
    void end(int how, @Nullable Object what) {
      Listener notified;
      synchronized (this) {
        over = true;
        flags = how;
        outcome = what;
        notified = waiting;
        waiting = null;
      }
      if (notified != null) {
        notified.ended(how, what);
      }
    }

    /**
     * Tells the listener the outcome, at once if the call has run. A listener that waited before is
     * superseded: the caller waits for this attempt instead, or makes yet another one.
     */
    void whenOver(Listener listener) {
      Listener notified;
      int how = ReplyHead.REFUSED;
      Object what = null;
      synchronized (this) {
        if (over) {
          notified = listener;
          how = flags;
          what = outcome;
        } else {
          notified = waiting;
          waiting = listener;
        }
      }
      if (notified == listener) {
        listener.ended(how, what);
      } else if (notified != null) {
        notified.ended(how, ServerFailures.superseded());
      }
    }
  }
}
