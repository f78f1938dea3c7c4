package io.farref.benchmarks;

import java.lang.management.ManagementFactory;

/** The live memory of this JVM. */
final class Heap {
  private static final int COLLECTIONS = 3;

  private Heap() {}

  /** The bytes of the heap in use after a full collection. */
  static long live() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
