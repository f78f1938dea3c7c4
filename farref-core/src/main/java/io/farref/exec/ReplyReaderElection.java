package io.farref.exec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to read the replies of a connection, the leader's role of the leader/followers pattern.
 * A caller that waits for its own reply has it, so that no other thread has to hand the reply over;
 * or the connection's own reader, when there are several replies to read or no caller waits.
 *
 * <pre>
 *   OWN_READER --rest--&gt; FREE --tryTake--&gt; CALLER --giveBack--&gt; FREE
 *                        FREE --summon---&gt; OWN_READER
 *                                          CALLER --pass------&gt; OWN_READER
 * </pre>
 *
 * <p>While the role is free no thread is bound to read. A thread that needs the connection's own
 * reader (because it sent a call whose reply it will not read itself) therefore announces that
 * first and then summons it. A thread that frees the role frees it first and then looks for such
 * announcements. So one of the two sees the other.
 */
public final class ReplyReaderElection {
  private static final int OWN_READER = 0;
  private static final int FREE = 1;
  private static final int CALLER = 2;
  private static final VarHandle HOLDER;

  static {
    try {
      HOLDER = MethodHandles.lookup().findVarHandle(ReplyReaderElection.class, "holder", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int holder = OWN_READER;
  private volatile @Nullable Thread ownReader;

  /** How often callers had the role; written by the thread that has it, read by the watchdog. */
  private volatile int uses;

  private int usesSeen;

  /** A caller takes the role, if it is free. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public // only the thread that has the role writes
  boolean tryTake() {
    boolean taken = holder == FREE && HOLDER.compareAndSet(this, FREE, CALLER);
    if (taken) {
      uses++;
    }
    return taken;
  }

  /** The caller that has the role frees it. */
  public void giveBack() {
    holder = FREE;
  }

  /** The caller that has the role passes it to the connection's own reader. */
  public void pass() {
    holder = OWN_READER;
    LockSupport.unpark(ownReader);
  }

  /** Gives the role to the connection's own reader, unless a caller has it. */
  public void summon() {
    if (holder == FREE && HOLDER.compareAndSet(this, FREE, OWN_READER)) {
      LockSupport.unpark(ownReader);
    }
  }

  /** The connection's own reader frees the role; {@link #awaitSummons} follows. */
  public void rest() {
    ownReader = Thread.currentThread();
    holder = FREE;
  }

  /** The connection's own reader waits until it has the role again. */
  public void awaitSummons() {
    boolean interrupted = false;
    while (holder != OWN_READER) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether no thread has the role. */
  public boolean isFree() {
    return holder == FREE;
  }

  /** How often callers have had the role. */
  public int uses() {
    return uses;
  }

  /** Whether no caller has had the role since the last call of this method, by the watchdog. */
  public boolean isUnused() {
    int now = uses;
    boolean unused = now == usesSeen;
    usesSeen = now;
    return unused;
  }
}
