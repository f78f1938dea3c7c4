package io.farref.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whose role it is to read the replies of a connection: that of a caller who waits for its own
 * reply, so that nobody has to hand it over, or that of the resident thread, when there are several
 * replies to read or nobody waits.
 *
 * <pre>
 *   RESIDENT --rest--&gt; FREE --tryTake--&gt; CALLER --giveBack--&gt; FREE
 *                      FREE --summon---&gt; RESIDENT
 *                                        CALLER --pass------&gt; RESIDENT
 * </pre>
 *
 * <p>A free role is nobody's promise to read, so whoever needs the resident (because it sent
 * something whose reply it will not read itself) summons it <em>after</em> announcing that; and who
 * frees the role looks for such announcements <em>after</em> freeing it. One of the two sees the
 * other.
 */
final class ReadingRole {
  private static final int RESIDENT = 0;
  private static final int FREE = 1;
  private static final int CALLER = 2;
  private static final VarHandle HOLDER;

  static {
    try {
      HOLDER = MethodHandles.lookup().findVarHandle(ReadingRole.class, "holder", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int holder = RESIDENT;
  private volatile @Nullable Thread resident;

  /** How often callers had it; written by who has it, read by the watchdog. */
  private volatile int uses;

  private int usesSeen;

  /** A caller takes it, if nobody has it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by who has the role only
  boolean tryTake() {
    boolean taken = holder == FREE && HOLDER.compareAndSet(this, FREE, CALLER);
    if (taken) {
      uses++;
    }
    return taken;
  }

  /** The caller that has it leaves it to anybody. */
  void giveBack() {
    holder = FREE;
  }

  /** The caller that has it leaves it to the resident. */
  void pass() {
    holder = RESIDENT;
    LockSupport.unpark(resident);
  }

  /** The resident is to read, unless a caller does. */
  void summon() {
    if (holder == FREE && HOLDER.compareAndSet(this, FREE, RESIDENT)) {
      LockSupport.unpark(resident);
    }
  }

  /** The resident leaves it to anybody, until {@link #awaitSummons} returns. */
  void rest() {
    resident = Thread.currentThread();
    holder = FREE;
  }

  /** The resident waits for its role. */
  void awaitSummons() {
    boolean interrupted = false;
    while (holder != RESIDENT) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether nobody has it. */
  boolean isFree() {
    return holder == FREE;
  }

  /** How often callers have had it. */
  int uses() {
    return uses;
  }

  /** Whether no caller has had it since this was last asked; one thread asks. */
  boolean isUnused() {
    int now = uses;
    boolean unused = now == usesSeen;
    usesSeen = now;
    return unused;
  }
}
