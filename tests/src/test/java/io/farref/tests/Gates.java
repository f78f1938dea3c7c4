package io.farref.tests;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Latches by name, shared by all workers of the JVM: shipped functions wait for them, tests open
 * them.
 */
final class Gates {
  private static final long TIMEOUT = 30;

  private static final ConcurrentMap<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

  private Gates() {}

  /** Closes all gates, after releasing the threads that still wait at one. */
  static void reset() {
    GATES.values().forEach(CountDownLatch::countDown);
    GATES.clear();
  }

  static void open(String name) {
    gate(name).countDown();
  }

  /**
   * Waits until the gate is open, also when interrupted: a call that waits here cannot be stopped.
   */
  static void pass(String name) {
    CountDownLatch gate = gate(name); // looked up once: a later gate of that name is another one
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT);
    boolean interrupted = false;
    while (true) {
      try {
        if (!gate.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new AssertionError("gate " + name + " was not opened");
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static CountDownLatch gate(String name) {
    return GATES.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }
}
