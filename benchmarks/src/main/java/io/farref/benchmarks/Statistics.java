package io.farref.benchmarks;

import java.util.Collection;
import java.util.List;

/** Medians and quantiles of several rounds, and whether two sets of rounds differ. */
final class Statistics {
  private static final int ENOUGH = 5;

  private Statistics() {}

  /** Half of the values are on each side. */
  static double median(Collection<Double> values) {
    return quantile(values, 0.5);
  }

  /** The value below which this share of them lies, interpolated. */
  static double quantile(Collection<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    double place = share * (sorted.size() - 1);
    int below = (int) place;
    double low = sorted.get(below);
    double high = sorted.get(Math.min(below + 1, sorted.size() - 1));
    return low + (high - low) * (place - below);
  }

  /**
   * Whether the two lie apart: their middle halves, or all of them where they are too few to have a
   * middle.
   */
  static boolean apart(Collection<Double> some, Collection<Double> others) {
    double outside = Math.min(some.size(), others.size()) < ENOUGH ? 0 : 0.25;
    return quantile(some, outside) > quantile(others, 1 - outside)
        || quantile(others, outside) > quantile(some, 1 - outside);
  }
}
