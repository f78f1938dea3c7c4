package io.farref.group;

/** Finds out whether a worker listens at an address from the store. Thread-safe. */
@FunctionalInterface
public interface Prober {
  /**
   * Tells whether a worker listens there. Answers within a second or two. An address that cannot be
   * reached in that time counts as one where no worker listens.
   */
  boolean listens(String address);
}
