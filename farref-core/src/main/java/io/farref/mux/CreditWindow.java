package io.farref.mux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.bytes.MalformedException;
import io.farref.wire.Window;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Flow control at the caller's end of a connection: its unanswered calls never exceed the other
 * side's {@link Window}. The credit of a call comes back with its reply, also if no thread waits
 * for that any more, and the credit of a creation with a CREDIT frame. Thread-safe.
 *
 * <p>Threads that find no credit wait in a queue. A call that is made within another call goes to
 * the head, because a call that has credit may wait for it.
 */
public final class CreditWindow {
  /** Returned when no credit was taken. */
  public static final long NONE = -1;

  /** So often smaller messages may overtake a large one that waits. */
  private static final int OVERTAKEN = 64;

  private final WindowUsage used = new WindowUsage();
  private final Runnable onWait;

  @GuardedBy("this")
  private final Deque<Waiter> line = new ArrayDeque<>();

  // Written under the lock.
  private volatile int waiting;
  private volatile @Nullable Window announced;
  private volatile boolean closed;

  /**
   * Makes one whose window is still to be announced.
   *
   * @param onWait run by a thread that is about to wait, after {@link #isAwaited} tells that it
   *     does
   */
  public CreditWindow(Runnable onWait) {
    this.onWait = onWait;
  }

  /** How many calls are unanswered. */
  public int calls() {
    return used.calls();
  }

  /** Their bytes. */
  public long bytes() {
    return used.bytes();
  }

  /** Whether a thread waits for credit. */
  public boolean isAwaited() {
    return waiting > 0;
  }

  /** The window that is in force. */
  public Window window() {
    Window told = announced;
    return told == null ? Window.FIRST : told;
  }

  /** The other side announces how much it accepts. */
  public void announce(Window window) {
    synchronized (this) {
      if (announced != null) {
        throw new MalformedException("a second window");
      }
      announced = window;
      notifyAll();
      grant();
    }
  }

  /** Takes credit for a message of that weight; returns how much, or {@link #NONE}. */
  public long tryTake(long weight) {
    return waiting == 0 ? take(weight) : NONE;
  }

  private long take(long weight) {
    Window told = announced;
    Window window = told == null ? Window.FIRST : told;
    long charge = window.charge(weight);
    // Until the other side has announced its window, both sides must agree without it.
    boolean agreed = told != null || charge == weight;
    return agreed && used.tryAdd(charge, window) ? charge : NONE;
  }

  /**
   * Waits for credit and takes it.
   *
   * @param nested whether the message is sent from within a call
   * @throws RuntimeException if the wait is ended first
   */
  public long take(long weight, boolean nested, BoundedWait wait) throws ClosedChannelException {
    Waiter me = new Waiter(weight);
    enter(me, nested);
    boolean kept = false;
    try {
      onWait.run();
      synchronized (me) {
        while (me.taken == NONE) {
          checkOpen();
          wait.await(me);
        }
        kept = true;
        return me.taken;
      }
    } finally {
      if (!kept) {
        leave(me);
      }
    }
  }

  private synchronized void enter(Waiter who, boolean nested) {
    if (nested) {
      line.addFirst(who);
    } else {
      line.addLast(who);
    }
    waiting = line.size(); // then it looks for credit; giveBack() does the reverse
    grant();
  }

  private synchronized void leave(Waiter who) {
    if (line.remove(who)) {
      waiting = line.size();
    } else {
      giveBack(1, who.taken());
    }
    grant(); // to the messages that it delayed
  }

  /** Waits until the other side has announced its window. */
  public synchronized void awaitWindow(BoundedWait wait) throws ClosedChannelException {
    while (announced == null) {
      checkOpen();
      wait.await(this);
    }
  }

  /** Calls were answered, or will never leave. */
  public void giveBack(int calls, long bytes) {
    used.remove(calls, bytes);
    if (waiting > 0) {
      synchronized (this) {
        grant();
      }
    }
  }

  /** The other side reports that creations are done. */
  public void returned(int calls, long bytes) {
    if (calls > calls() || bytes > bytes()) {
      throw new MalformedException("credit for " + calls + " calls, of which there are fewer");
    }
    giveBack(calls, bytes);
  }

  @GuardedBy("this")
  private void grant() {
    Iterator<Waiter> all = line.iterator();
    while (all.hasNext() && used.calls() < window().calls()) {
      Waiter each = all.next();
      long taken = take(each.weight);
      if (taken != NONE) {
        all.remove();
        each.grant(taken);
      } else if (++each.overtaken > OVERTAKEN) {
        break;
      }
    }
    waiting = line.size();
  }

  /** Fails every thread that waits. */
  public synchronized void close() {
    closed = true;
    notifyAll();
    line.forEach(Waiter::wake);
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private static final class Waiter {
    final long weight;

    @GuardedBy("this")
    long taken = NONE;

    /** Guarded by the credit, which the compiler cannot check from here. */
    int overtaken;

    Waiter(long weight) {
      this.weight = weight;
    }

    synchronized long taken() {
      return taken;
    }

    synchronized void grant(long amount) {
      taken = amount;
      notifyAll();
    }

    synchronized void wake() {
      notifyAll();
    }
  }
}
