package io.farref.call;

import io.farref.bytes.MalformedException;
import io.farref.wire.Window;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * How much the caller's end of a connection may still send: it never has more unanswered than the
 * other side's {@link Window}. A call's share comes back with its reply, also if nobody waits for
 * that any more, and a creation's with a CREDIT. Thread-safe.
 *
 * <p>Who finds none waits in a line. What is made within a call goes to its head, since somebody
 * who has credit may be waiting for it.
 */
final class Credit {
  /** What is returned when nothing was taken. */
  static final long NONE = -1;

  /** So often a large message lets smaller ones behind it go first. */
  private static final int OVERTAKEN = 64;

  private final Usage used = new Usage();
  private final Runnable onWait;
  private final Deque<Waiter> line = new ArrayDeque<>();
  private volatile int waiting;
  private volatile @Nullable Window announced;
  private volatile boolean closed;

  /**
   * Makes one for a window that is still to be announced.
   *
   * @param onWait run by whoever is about to wait, after it is known that it does
   */
  Credit(Runnable onWait) {
    this.onWait = onWait;
  }

  /** Calls that are unanswered. */
  int calls() {
    return used.calls();
  }

  /** Their bytes. */
  long bytes() {
    return used.bytes();
  }

  /** Whether somebody waits for credit. */
  boolean isAwaited() {
    return waiting > 0;
  }

  /** The window that is in force. */
  Window window() {
    Window told = announced;
    return told == null ? Window.FIRST : told;
  }

  /** The other side says how much it takes. */
  void announce(Window window) {
    synchronized (this) {
      if (announced != null) {
        throw new MalformedException("a second window");
      }
      announced = window;
      notifyAll();
      grant();
    }
  }

  /** Takes credit for a message of that weight, if there is any; returns how much, or NONE. */
  long tryTake(long weight) {
    return waiting == 0 ? take(weight) : NONE;
  }

  private long take(long weight) {
    Window told = announced;
    Window window = told == null ? Window.FIRST : told;
    long charge = window.charge(weight);
    // Before the other side has told its window, the two must agree without it.
    boolean agreed = told != null || charge == weight;
    return agreed && used.tryAdd(charge, window) ? charge : NONE;
  }

  /**
   * Waits for credit and takes it.
   *
   * @param nested whether the message is sent from within a call
   * @throws RuntimeException if the patience ends first
   */
  long take(long weight, boolean nested, Patience patience) throws ClosedChannelException {
    Waiter me = new Waiter(weight);
    enter(me, nested);
    boolean kept = false;
    try {
      onWait.run();
      synchronized (me) {
        while (me.taken == NONE) {
          checkOpen();
          patience.await(me);
        }
      }
      kept = true;
      return me.taken;
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
    waiting = line.size(); // before it looks for credit; giveBack() does the reverse
    grant();
  }

  private synchronized void leave(Waiter who) {
    if (line.remove(who)) {
      waiting = line.size();
    } else {
      giveBack(1, who.taken);
    }
    grant(); // to those that it held up
  }

  /** Waits until the other side has told its window. */
  synchronized void awaitWindow(Patience patience) throws ClosedChannelException {
    while (announced == null) {
      checkOpen();
      patience.await(this);
    }
  }

  /** Calls are answered, or will never leave. */
  void giveBack(int calls, long bytes) {
    used.remove(calls, bytes);
    if (waiting > 0) {
      synchronized (this) {
        grant();
      }
    }
  }

  /** The other side says that creations are done. */
  void returned(int calls, long bytes) {
    if (calls > calls() || bytes > bytes()) {
      throw new MalformedException("credit for " + calls + " calls, of which there are fewer");
    }
    giveBack(calls, bytes);
  }

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

  /** Who waits goes on, and fails. */
  synchronized void close() {
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
    long taken = NONE;

    /** Guarded by the credit. */
    int overtaken;

    Waiter(long weight) {
      this.weight = weight;
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
