package io.farref.group;

/** Finds out whether somebody listens at an address that stands in the store. Thread-safe. */
@FunctionalInterface
public interface Prober {
  /**
   * Whether a worker listens there. Answers within a second or two: when in doubt, an address that
   * cannot be reached counts as one where nobody listens.
   */
  boolean listens(String address);
}
