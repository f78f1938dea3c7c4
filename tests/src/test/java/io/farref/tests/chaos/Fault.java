package io.farref.tests.chaos;

import java.time.Duration;
import java.util.List;

/** The faults that a chaos run injects. */
enum Fault {
  /** All connections of a node are reset. */
  RESET(4, Scope.NONE),
  /** A node is cut off from all others, for less than the session timeout. */
  CUT(3, Scope.NONE),
  /** The nodes are partitioned into two parts, for less than the session timeout. */
  PARTITION(2, Scope.NONE),
  /** Nothing that one node sends reaches another; the opposite direction works. */
  ONE_WAY(2, Scope.NONE),
  /** A process is stopped, for less than the session timeout. */
  STOP(2, Scope.NONE),
  /** A process is killed, and another one is started under its name. */
  KILL(3, Scope.NODE),
  /** As the short one, for longer than the session timeout. */
  LONG_CUT(1, Scope.ALL),
  /** As the short one, for longer than the session timeout. */
  LONG_PARTITION(1, Scope.ALL),
  /** As the short one, for longer than the session timeout. */
  LONG_STOP(1, Scope.ALL),
  /**
   * A short fault that lasted nearly as long as the session timeout, because the machine is slow.
   */
  STRETCHED(0, Scope.ALL);

  /** How often it is in a deck. */
  final int cards;

  final Scope scope;

  /** The nodes whose calls may fail during the fault. */
  enum Scope {
    NONE,
    NODE,
    ALL
  }

  Fault(int cards, Scope scope) {
    this.cards = cards;
    this.scope = scope;
  }

  boolean isLong() {
    return scope == Scope.ALL;
  }

  /**
   * A fault that was injected. Times are in milliseconds since the run began.
   *
   * @param nodes the node that was cut, stopped or killed; one part of a partition; or sender and
   *     receiver of a one-way fault
   * @param settled when all processes were connected again
   */
  record Event(Fault fault, List<Integer> nodes, int start, int end, int settled) {
    /** Whether it explains a failure between two nodes at that time. */
    boolean explains(int nodeBits, int from, int to) {
      if (to < start || from > settled) {
        return false;
      }
      return switch (fault.scope) {
        case NONE -> false;
        case NODE -> nodes.stream().anyMatch(each -> (nodeBits & 1 << each) != 0);
        case ALL -> true;
      };
    }

    Duration length() {
      return Duration.ofMillis(end - start);
    }
  }
}
