package io.farref.tests.processes;

import io.farref.Worker;
import io.farref.WorkerStats;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;

/**
 * A worker in a process of its own: joins the group that its environment describes, says in one
 * line how that went, serves, and leaves when its input ends. What runs there for others is here
 * too, and so is what they leave behind for each other to see.
 */
final class Member {
  /** What a shipped function left here, for later ones. */
  @SuppressWarnings("NonFinalStaticField")
  static volatile Object kept;

  /** What shipped functions that block wait for. */
  static final CountDownLatch GATE = new CountDownLatch(1);

  /** Counted down by each shipped function that is about to block. */
  static final CountDownLatch BLOCKED = new CountDownLatch(1);

  private Member() {}

  public static void main(String[] args) throws IOException {
    try (Worker me = Worker.join()) {
      System.out.println("JOINED " + me.name() + " " + me.rank());
      while (System.in.read() >= 0) {
        // only its end means something
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

  /** Returns when something blocks here. */
  static void awaitBlocked() throws InterruptedException {
    BLOCKED.await();
  }

  /** Calls a static method of a class that this process may have and others not. */
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
   * What is under way or kept on the worker that runs this call, after what tests kept is dropped
   * and collected.
   */
  static String leftovers() {
    kept = null;
    System.gc();
    Worker me = Worker.current();
    WorkerStats now = me.stats();
    long running = now.callsRunning() - 1;
    long pending = now.callsPending() - (me.name().equals("a") ? 1 : 0); // a calls itself too
    return pending == 0 && running == 0 && now.valuesOwned() == 0 && now.referencesHeld() == 0
        ? ""
        : me.name() + " " + now + " " + me.ownedValues() + "\n";
  }
}
