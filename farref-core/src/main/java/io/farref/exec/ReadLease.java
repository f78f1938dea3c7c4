package io.farref.exec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One thread's right to read a connection, as in the leader/followers pattern.
 *
 * <p>The thread that reads a message also does what the message asks for, because handing it over
 * to another thread costs more than a small call. Meanwhile the lease is BUSY and may be revoked:
 * by the {@link Watchdog} when the work lasts too long, by the thread itself when it is about to
 * wait. Another thread then continues to read.
 *
 * <pre>
 *   READING --begin--&gt; BUSY --end----&gt; READING
 *                       BUSY --revoke--&gt; REVOKED     for good; the thread reads no more
 * </pre>
 *
 * <p>Each BUSY is a new value of the state, so a lease is never revoked for work that has ended.
 */
public final class ReadLease {
  private static final int READING = 0;
  private static final int BUSY = 1;
  private static final int REVOKED = 2;
  private static final int MASK = 3;
  private static final int STEP = 4;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ReadLease.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Reader reader;
  private final Watchdog watchdog;
  private final Thread owner = Thread.currentThread();
  private volatile long state = READING;

  /** Used by the owner only. */
  private long busy = BUSY;

  private long clock = System.nanoTime();

  /** Written before the state becomes BUSY. */
  private ReaderTask work = ReaderTask.ANY;

  // Used by the watchdog only.
  private long seen = READING;
  private long seenAt;

  /** Reads one connection. */
  public interface Reader {
    /** Continues on another thread: the lease of the thread that read was revoked. */
    void resume();
  }

  /** Gives the current thread a lease. */
  public ReadLease(Reader reader, Watchdog watchdog) {
    this.reader = reader;
    this.watchdog = watchdog;
  }

  /** The thread is about to do something that may take long. */
  public void begin(ReaderTask task) {
    work = task;
    busy += STEP;
    STATE.setRelease(this, busy);
    watchdog.watch();
  }

  /**
   * The thread has finished the task, and is as it was before; returns false if the lease was
   * revoked meanwhile.
   */
  public boolean end() {
    work = ReaderTask.ANY; // so that the garbage collector can free the task that has ended
    if (owner instanceof ReaderThread thread) {
      thread.tidy();
    }
    return STATE.compareAndSet(this, busy, (long) READING);
  }

  /** When the thread last called {@link #lap}; exact enough as the arrival time of a message. */
  public long clock() {
    return clock;
  }

  /** Reads the clock; returns the nanoseconds since it last did. */
  public long lap() {
    long before = clock;
    clock = System.nanoTime();
    return clock - before;
  }

  /**
   * Revokes the lease if its thread has done the same thing for some time: for a short time if it
   * waits, for a long one if it runs.
   *
   * <p>A thread that is runnable and merely gets no processor is no slower than the thread that
   * would replace it. Revoking its lease would only mix up the order in which calls start.
   *
   * @return whether it was revoked
   */
  public boolean revokeIfStuck(long now, long waitingNanos, long runningNanos) {
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
      return revokeFromWaiting(present);
    }
    return since >= runningNanos && revoke(present);
  }

  /** The task that the thread runs now. */
  public ReaderTask work() {
    return (state & MASK) == BUSY ? work : ReaderTask.ANY;
  }

  /** Whether it was revoked. */
  public boolean isRevoked() {
    return state == REVOKED;
  }

  private boolean revokeFromWaiting(long present) {
    InlineHint hint = work.inlineHint();
    boolean revoked = revoke(present);
    if (revoked && hint != null) {
      hint.waited();
    }
    return revoked;
  }

  /**
   * Revokes the lease if its thread is still busy with the same work; then another thread reads.
   */
  private boolean revoke(long present) {
    if ((present & MASK) != BUSY) {
      return false;
    }
    ReaderTask task = work; // perhaps already the next task: then the exchange fails
    task.detach();
    boolean done = STATE.compareAndSet(this, present, (long) REVOKED);
    if (done) {
      reader.resume();
    }
    task.settle();
    return done;
  }

  /** Gives up the lease of the current thread, if it has one, because it is about to wait. */
  public static void yieldCurrent() {
    if (Thread.currentThread() instanceof ReaderThread current) {
      ReadLease lease = current.lease();
      if (lease != null) {
        lease.revokeFromWaiting(lease.state);
      }
    }
  }
}
