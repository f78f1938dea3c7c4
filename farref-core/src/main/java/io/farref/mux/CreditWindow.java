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
 * Flow control at the caller's end of a connection: the unanswered calls of the connection never
 * exceed the other side's {@link Window}. The credit of a call comes back with its reply, also if
 * no thread waits for the reply any more. The credit of a creation comes back with a CREDIT frame.
 * Thread-safe.
 *
 * <p>Threads that find no credit wait in a queue. A call that is made within another call goes to
 * the head, because a call that has credit may wait for it.
 */
public final class CreditWindow {
  /** Returned when no credit was taken. */
  public static final long NONE = -1;

  /** How often smaller messages may overtake a large one that waits. */
  private static final int OVERTAKEN = 64;

  private final WindowUsage used = new WindowUsage();
  private final Runnable onWait;

  @GuardedBy("this")
  private final Deque<Waiter> queue = new ArrayDeque<>();

  // Written under the lock.
  private volatile int waiting;
  private volatile @Nullable Window announced;
  private volatile boolean closed;

  /**
   * Makes a window of a size that the other side has not announced yet.
   *
   * @param onWait run by a thread that is about to wait, when {@link #isAwaited} returns true
   */
  public CreditWindow(Runnable onWait) {
    this.onWait = onWait;
  }

  /** How many calls are unanswered. */
  public int calls() {
    return used.calls();
  }

  /** The bytes of the unanswered calls. */
  public long bytes() {
    return used.bytes();
  }

  /** Whether a thread waits for credit. */
  public boolean isAwaited() {
    return waiting > 0;
  }

  /** The window that is in force. */
  public Window window() {
    Window known = announced;
    return known == null ? Window.FIRST : known;
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
    Window known = announced;
    Window window = known == null ? Window.FIRST : known;
    long charge = window.charge(weight);
    // Before the announcement only a charge that both sides compute alike is agreed.
    boolean agreed = known != null || charge == weight;
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

  private synchronized void enter(Waiter waiter, boolean nested) {
    if (nested) {
      queue.addFirst(waiter);
    } else {
      queue.addLast(waiter);
    }
    waiting = queue.size(); // before grant() looks for credit; giveBack() does the reverse
    grant();
  }

  private synchronized void leave(Waiter waiter) {
    if (queue.remove(waiter)) {
      waiting = queue.size();
    } else {
      giveBack(1, waiter.taken());
    }
    grant(); // to the messages that this one delayed
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
    if (calls < 0 || bytes < 0 || calls > calls() || bytes > bytes()) {
      throw new MalformedException(
          "credit for "
              + calls
              + " calls of "
              + bytes
              + " bytes, where "
              + calls()
              + " of "
              + bytes()
              + " are unanswered");
    }
    giveBack(calls, bytes);
  }

  @GuardedBy("this")
  private void grant() {
    Iterator<Waiter> all = queue.iterator();
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
    waiting = queue.size();
  }

  /** Fails every thread that waits. */
  public synchronized void close() {
    closed = true;
    notifyAll();
    queue.forEach(Waiter::wake);
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

    /** Guarded by the monitor of the window, which the compiler cannot check from here. */
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
