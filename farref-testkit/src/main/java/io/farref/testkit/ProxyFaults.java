package io.farref.testkit;

import io.farref.testkit.TcpFaultProxy.Direction;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults of all connections of a proxy. Confined to the thread of the proxy. */
final class ProxyFaults {
  final Set<Direction> held = EnumSet.noneOf(Direction.class);
  final long[] forwarded = new long[Direction.values().length];
  long delayMin;
  long delaySpan;
  long bytesPerSecond;
  double stallProbability;
  long stallNanos;
  boolean blackhole;

  /** The direction whose bytes {@link #cutIn} counts down. */
  @Nullable Direction cutDirection;

  long cutIn;

  void clear() {
    held.clear();
    delayMin = 0;
    delaySpan = 0;
    bytesPerSecond = 0;
    stallProbability = 0;
    blackhole = false;
    cutDirection = null;
  }

  /** How many bytes may pass in this direction before a cut. */
  long untilCut(Direction direction) {
    return direction == cutDirection ? cutIn : Long.MAX_VALUE;
  }

  void gone(Direction direction, int bytes) {
    forwarded[direction.ordinal()] += bytes;
    if (direction == cutDirection) {
      cutIn -= bytes;
    }
  }

  boolean isCutDue() {
    return cutDirection != null && cutIn == 0;
  }
}
