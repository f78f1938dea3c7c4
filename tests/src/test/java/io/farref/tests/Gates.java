package io.farref.tests;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Latches by name, the same ones for all workers of the JVM: shipped functions pass them, tests
 * open them.
 */
final class Gates {
  private static final long PATIENCE = 30;

  private static final ConcurrentMap<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

  private Gates() {}

  /** Closes all gates, after letting through who still waits at one. */
  static void reset() {
    GATES.values().forEach(CountDownLatch::countDown);
    GATES.clear();
  }

  static void open(String name) {
    gate(name).countDown();
  }

  /** Waits until the gate is open, also when interrupted: what waits here cannot be stopped. */
  static void pass(String name) {
    CountDownLatch gate = gate(name); // once: another one of that name is for others
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
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
