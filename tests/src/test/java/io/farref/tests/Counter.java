package io.farref.tests;

import java.util.concurrent.atomic.AtomicInteger;

/** A value that can be held and called. */
class Counter {
  private final AtomicInteger n = new AtomicInteger();

  int add(int k) {
    return n.addAndGet(k);
  }

  int get() {
    return n.get();
  }
}
