package io.farref.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

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
 */
final class Turn {
  private static final int READING = 0;
  private static final int BUSY = 1;
  private static final int TAKEN = 2;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Turn.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Pump pump;
  private final Thread owner = Thread.currentThread();
  private volatile int state = READING;
  private volatile long busySince;
  private volatile @Nullable Promptness running;

  /** The current thread's turn. */
  Turn(Pump pump) {
    this.pump = pump;
  }

  /** The thread is about to do something that may last. */
  void begin() {
    busySince = System.nanoTime();
    STATE.setVolatile(this, BUSY);
    pump.watchdog().watch();
  }

  /** What runs now, to be told if it turns out slow. */
  void running(@Nullable Promptness what) {
    running = what;
  }

  /** The thread has done it; returns false if it is no longer its turn to read. */
  boolean end() {
    running = null;
    return STATE.compareAndSet(this, BUSY, READING);
  }

  /**
   * Takes it from its thread if that waits for something, or has been busy for long.
   *
   * <p>A thread that wants to run and merely gets no processor is no slower than whoever would take
   * its turn; taking it then would only mix up the order in which calls start.
   *
   * @return whether it was taken
   */
  boolean takeIfStuck(long now, long waitingNanos, long runningNanos) {
    if (state != BUSY) {
      return false;
    }
    long busy = now - busySince;
    if (busy > waitingNanos && owner.getState() != Thread.State.RUNNABLE) {
      return takeFromWaiting();
    }
    return busy > runningNanos && take();
  }

  /** Whether somebody took it. */
  boolean isTaken() {
    return state == TAKEN;
  }

  private boolean takeFromWaiting() {
    Promptness what = running;
    boolean taken = take();
    if (taken && what != null) {
      what.waited();
    }
    return taken;
  }

  /** Takes the turn from a busy thread, if it is one, and lets another read. */
  private boolean take() {
    boolean taken = STATE.compareAndSet(this, BUSY, TAKEN);
    if (taken) {
      pump.resume();
    }
    return taken;
  }

  /** Gives up the turn of the current thread, if it has one: it is about to wait. */
  static void yieldCurrent() {
    if (Thread.currentThread() instanceof ReaderThread reader) {
      Turn turn = reader.turn();
      if (turn != null) {
        turn.takeFromWaiting();
      }
    }
  }
}
