package io.farref.ref.lifetime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;

/**
 * The numbers of one creator's values that have been created here. It distinguishes a value that is
 * still to come from one that has been freed. It stores a watermark and the numbers above it, so
 * that numbers which come about in order need constant memory. Thread-safe.
 */
class CreationWatermark {
  @GuardedBy("this")
  private final Set<Long> beyond = new HashSet<>();

  /** All numbers below this one are recorded. */
  @GuardedBy("this")
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
