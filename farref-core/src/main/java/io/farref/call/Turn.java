package io.farref.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One thread's turn to read a connection.
 *
 * <p>Whoever reads a message also does what it asks for, since a hand-over to another thread costs
 * more than a small call. While it does so the turn is BUSY and may be taken from it: by the {@link
 * Watchdog} when that lasts too long, by the thread itself when it is about to wait. Somebody else
 * then reads on.
 *
 * <pre>
 *   READING --begin--&gt; BUSY --end--&gt; READING
 *                       BUSY --take-&gt; TAKEN     for good; the thread reads no more
 * </pre>
 *
 * <p>Each BUSY is a new value of the state, so that a turn is never taken for work that has ended.
 */
public final class Turn {
  private static final int READING = 0;
  private static final int BUSY = 1;
  private static final int TAKEN = 2;
  private static final int MASK = 3;
  private static final int STEP = 4;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Turn.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Reader reader;
  private final Watchdog watchdog;
  private final Thread owner = Thread.currentThread();
  private volatile long state = READING;

  /** Of the owner. */
  private long busy = BUSY;

  private long clock = System.nanoTime();

  /** Written before the state becomes BUSY. */
  private Work work = Work.ANY;

  // Of the watchdog.
  private long seen = READING;
  private long seenAt;

  /** Reads one connection. */
  public interface Reader {
    /** Reads on, on another thread: the turn was taken from the one that had it. */
    void resume();
  }

  /** The current thread's turn. */
  Turn(Reader reader, Watchdog watchdog) {
    this.reader = reader;
    this.watchdog = watchdog;
  }

  /** The thread is about to do something that may last. */
  void begin(Work what) {
    work = what;
    busy += STEP;
    STATE.setRelease(this, busy);
    watchdog.watch();
  }

  /** The thread has done it; returns false if it is no longer its turn to read. */
  boolean end() {
    work = Work.ANY; // what has ended is not kept from the garbage collector
    return STATE.compareAndSet(this, busy, (long) READING);
  }

  /** The time at which the thread last {@linkplain #lap looked}; good enough for what it reads. */
  long clock() {
    return clock;
  }

  /** Looks at the time; returns how much has passed since it last did. */
  long lap() {
    long before = clock;
    clock = System.nanoTime();
    return clock - before;
  }

  /**
   * Takes it from its thread if that has been found doing the same thing for some time: for a short
   * one if it waits, for a long one if it runs.
   *
   * <p>A thread that wants to run and merely gets no processor is no slower than whoever would take
   * its turn; taking it then would only mix up the order in which calls start.
   *
   * @return whether it was taken
   */
  boolean takeIfStuck(long now, long waitingNanos, long runningNanos) {
    long present = state;
    if ((present & MASK) != BUSY) {
      return false;
    }
    if (present != seen) {
      seen = present;
      seenAt = now;
      return false;
    }
    long since = now - seenAt;
    if (since >= waitingNanos && owner.getState() != Thread.State.RUNNABLE) {
      return takeFromWaiting(present);
    }
    return since >= runningNanos && take(present);
  }

  /** What its thread is at. */
  Work work() {
    return (state & MASK) == BUSY ? work : Work.ANY;
  }

  /** Whether somebody took it. */
  boolean isTaken() {
    return state == TAKEN;
  }

  private boolean takeFromWaiting(long present) {
    Promptness promptness = work.promptness();
    boolean taken = take(present);
    if (taken && promptness != null) {
      promptness.waited();
    }
    return taken;
  }

  /** Takes the turn from a busy thread, if it still is, and lets another read. */
  private boolean take(long present) {
    if ((present & MASK) != BUSY) {
      return false;
    }
    Work taken = work; // or, too late, what came next: then the exchange fails
    taken.detach();
    boolean done = STATE.compareAndSet(this, present, (long) TAKEN);
    if (done) {
      reader.resume();
    }
    taken.settle();
    return done;
  }

  /** Gives up the turn of the current thread, if it has one: it is about to wait. */
  public static void yieldCurrent() {
    if (Thread.currentThread() instanceof ReaderThread current) {
      Turn turn = current.turn();
      if (turn != null) {
        turn.takeFromWaiting(turn.state);
      }
    }
  }
}
