package io.farref.benchmarks;

import io.farref.Unreferenced;
import java.util.concurrent.atomic.AtomicInteger;

/** The object on the server. */
final class Counter implements Unreferenced {
  private static final AtomicInteger LIVE = new AtomicInteger();

  private int n;

  Counter() {
    LIVE.incrementAndGet();
  }

  /** How many of this JVM are still referenced. */
  static int live() {
    return LIVE.get();
  }

  int add(int k) {
    n += k;
    return n;
  }

  @Override
  public void unreferenced() {
    LIVE.decrementAndGet();
  }
}
