package foreign;

import io.farref.RemoteCallable;

/** A class outside the packages that tests let travel. */
public final class Foreign {
  private final int n;

  /** Makes one. */
  public Foreign(int n) {
    this.n = n;
  }

  /** Its number. */
  public int n() {
    return n;
  }

  /** A function that no worker of a test may run. */
  public static RemoteCallable<Integer, RuntimeException> function() {
    return () -> 1;
  }
}
