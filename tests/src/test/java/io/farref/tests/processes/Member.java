package io.farref.tests.processes;

import io.farref.Worker;
import io.farref.WorkerStats;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;

/**
 * A worker in a process of its own: joins the group that its environment describes, reports the
 * result in one line, serves, and leaves when its input ends. Functions that tests run there are
 * here too, and so is the state that one such function leaves for the next.
 */
final class Member {
  /** A value that a shipped function left here for later ones. */
  @SuppressWarnings("NonFinalStaticField")
  static volatile Object kept;

  /** The gate that blocking shipped functions wait for. */
  static final CountDownLatch GATE = new CountDownLatch(1);

  /** Counted down by each shipped function that is about to block. */
  static final CountDownLatch BLOCKED = new CountDownLatch(1);

  private Member() {}

  public static void main(String[] args) throws IOException {
    try (Worker me = Worker.join()) {
      System.out.println("JOINED " + me.name() + " " + me.rank());
      while (System.in.read() >= 0) {
        // only the end of the input matters
      }
    } catch (RuntimeException e) {
      System.out.println("FAILED " + e);
      System.exit(3);
    }
    System.out.println("LEFT");
  }

  /** Blocks until the gate of this process opens. */
  static int block() throws InterruptedException {
    BLOCKED.countDown();
    GATE.await();
    return 1;
  }

  /** Blocks for ever, or until interrupted. */
  static int awaitNothing() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }

  /** Waits until a function blocks here. */
  static void awaitBlocked() throws InterruptedException {
    BLOCKED.await();
  }

  /** Calls a static method of a class that other processes may not have. */
  static Object call(String type, String method) throws Exception {
    Method found = Class.forName(type).getDeclaredMethod(method);
    found.setAccessible(true);
    try {
      return found.invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /**
   * The calls and values that are left on the worker that runs this call, after values kept by
   * tests were dropped and collected.
   */
  static String leftovers() {
    kept = null;
    System.gc();
    Worker me = Worker.current();
    WorkerStats now = me.stats();
    long running = now.callsRunning() - 1;
    long pending = now.callsPending() - (me.name().equals("a") ? 1 : 0); // the call of a to itself
    return pending == 0 && running == 0 && now.valuesOwned() == 0 && now.referencesHeld() == 0
        ? ""
        : me.name() + " " + now + " " + me.ownedValues() + "\n";
  }
}
