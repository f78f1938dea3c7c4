package io.farref.examples.guide;

import java.util.concurrent.CompletableFuture;

/** The value of the guide's examples. It need not implement an interface to be called by one. */
class Counter {
  private int value;

  synchronized int get() {
    return value;
  }

  synchronized int add(int n) {
    if (n < 0) {
      throw new NegativeException(n);
    }
    value += n;
    return value;
  }

  CompletableFuture<Integer> addAsync(int n) {
    return CompletableFuture.supplyAsync(() -> add(n));
  }

  synchronized Counter copy() {
    Counter copy = new Counter();
    copy.value = value;
    return copy;
  }

  /** An exception of the program's own. */
  static class NegativeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NegativeException(int n) {
      super(n + " is negative");
    }
  }
}
