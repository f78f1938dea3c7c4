package io.farref.ref;

import java.util.HashSet;
import java.util.Set;

/**
 * Which of one creator's values have been created here: tells a value that is still to come from
 * one that has been freed. Takes constant room when numbers come about in order. Thread-safe.
 */
class Creations {
  private final Set<Long> beyond = new HashSet<>();
  private long below;

  /**
   * Records a number.
   *
   * @return false if it was recorded before
   */
  synchronized boolean add(long number) {
    if (number == below) { // nearly always
      below++;
    } else if (number < below || !beyond.add(number)) {
      return false;
    }
    while (!beyond.isEmpty() && beyond.remove(below)) {
      below++;
    }
    return true;
  }

  /** Whether a number was recorded. */
  synchronized boolean contains(long number) {
    return number < below || beyond.contains(number);
  }

  /** How many numbers are recorded one by one because earlier ones are still missing. */
  final synchronized int outOfOrder() {
    return beyond.size();
  }
}
