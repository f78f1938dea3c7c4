package io.farref.benchmarks;

import java.util.Collection;
import java.util.List;

/** What several rounds have in common, and what not. */
final class Statistics {
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

  /** Whether the middle halves of the two lie apart. */
  static boolean apart(Collection<Double> some, Collection<Double> others) {
    return quantile(some, 0.25) > quantile(others, 0.75)
        || quantile(others, 0.25) > quantile(some, 0.75);
  }
}
