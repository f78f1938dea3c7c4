package io.farref.call;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.wire.ReplyHead;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of the recent calls of one caller that are to run {@link Once}: a further attempt gets
 * the outcome of the one before, or waits for it. Remembers a call until its caller says that it is
 * over, or until too many others have come. Thread-safe.
 */
final class RecentCalls {
  private final int most;
  private final String worker;
  private final Map<Long, Recent> calls = new LinkedHashMap<>();

  /** What comes before this number has an outcome, its caller says. */
  private long over;

  /** The highest number that was forgotten although its caller may ask again. */
  private long forgotten;

  /** Gets to know what came of a call. */
  interface Listener {
    /** With the flags of a {@link ReplyHead}. */
    void ended(int flags, @Nullable Object outcome);
  }

  /** Makes one that remembers so many calls, and those that still run, on the worker of a name. */
  RecentCalls(int most, String worker) {
    this.most = most;
    this.worker = worker;
  }

  /**
   * The run of a call: a new one if {@code begins}, which whoever asked then does.
   *
   * @throws RefusedException if it may have run, and is forgotten
   */
  synchronized Recent enter(Once once, Object asking) {
    over = Math.max(over, once.over());
    calls.values().removeIf(each -> each.number < over && each.isOver());
    Recent known = calls.get(once.number());
    if (known != null) {
      return known;
    }
    if (once.number() < over) { // an attempt that was overtaken by the news that it is not needed
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
    Recent begun = new Recent(once.number(), asking);
    calls.put(begun.number, begun);
    forgetOldest();
    return begun;
  }

  private void forgetOldest() {
    Iterator<Recent> oldest = calls.values().iterator();
    while (calls.size() > most && oldest.hasNext()) {
      Recent next = oldest.next();
      if (next.isOver()) {
        oldest.remove();
        forgotten = Math.max(forgotten, next.number);
      }
    }
  }

  synchronized int size() {
    return calls.size();
  }

  /** One of them. Thread-safe. */
  static final class Recent {
    private final long number;
    private final Object runner;
    private @Nullable Listener waiting;
    private boolean over;
    private int flags;
    private @Nullable Object outcome;

    private Recent(long number, Object runner) {
      this.number = number;
      this.runner = runner;
    }

    /** Whether it was new to whoever asked for it with that, and is for it to run. */
    @SuppressWarnings("ReferenceEquality")
    boolean isRunBy(Object asking) {
      return runner == asking;
    }

    private synchronized boolean isOver() {
      return over;
    }

    /** It has run. */
    void end(int how, @Nullable Object what) {
      Listener told;
      synchronized (this) {
        over = true;
        flags = how;
        outcome = what;
        told = waiting;
        waiting = null;
      }
      if (told != null) {
        told.ended(how, what);
      }
    }

    /**
     * Tells what came of it, at once if it has run. Whoever else waited for that need not: its
     * caller has given that attempt up for this one, or else makes another.
     */
    void whenOver(Listener listener) {
      Listener superseded;
      synchronized (this) {
        superseded = over ? listener : waiting;
        waiting = over ? null : listener;
      }
      if (superseded == listener) {
        listener.ended(flags, outcome);
      } else if (superseded != null) {
        superseded.ended(ReplyHead.REFUSED, ServerFailures.superseded());
      }
    }
  }
}
