package io.farref.benchmarks;

/** A benchmark whose answers are wrong measures nothing. */
public final class Check {
  private Check() {}

  /** Fails if they differ. */
  public static void equal(int got, int wanted) {
    if (got != wanted) {
      throw new IllegalStateException("the answer is " + got + ", not " + wanted);
    }
  }
}
