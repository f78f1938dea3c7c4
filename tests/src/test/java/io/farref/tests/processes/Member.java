package io.farref.tests.processes;

import io.farref.Worker;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
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
  static Object call(String type, String method, Object... args) throws Throwable {
    Class<?>[] types = new Class<?>[args.length];
    for (int i = 0; i < args.length; i++) {
      types[i] = args[i].getClass();
    }
    var found = Class.forName(type).getDeclaredMethod(method, types);
    found.setAccessible(true);
    try {
      return found.invoke(null, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** What is under way or kept on the worker that runs this, which is one call. */
  static long leftovers() {
    var now = Worker.current().stats();
    return now.callsPending() + (now.callsRunning() - 1) + now.valuesOwned() + now.referencesHeld();
  }
}
