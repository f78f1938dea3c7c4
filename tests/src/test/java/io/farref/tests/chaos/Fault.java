package io.farref.tests.chaos;

import java.time.Duration;
import java.util.List;

/** What the chaos run does to its processes. */
enum Fault {
  /** All connections of a node are reset. */
  RESET(4, Excuse.NONE),
  /** A node is cut off from all others, for less than the session timeout. */
  CUT(3, Excuse.NONE),
  /** The nodes fall apart in two halves, for less than the session timeout. */
  PARTITION(2, Excuse.NONE),
  /** What one node says does not reach another, which it hears itself. */
  ONE_WAY(2, Excuse.NONE),
  /** A process is stopped, for less than the session timeout. */
  STOP(2, Excuse.NONE),
  /** A process is killed and started again under its name. */
  KILL(3, Excuse.NODE),
  /** As the short one, for longer than the session timeout. */
  LONG_CUT(1, Excuse.ALL),
  /** As the short one, for longer than the session timeout. */
  LONG_PARTITION(1, Excuse.ALL),
  /** As the short one, for longer than the session timeout. */
  LONG_STOP(1, Excuse.ALL),
  /** A short one that took nearly as long as the session timeout, because the machine is slow. */
  STRETCHED(0, Excuse.ALL);

  /** How many of them are in a deck. */
  final int cards;

  final Excuse excuse;

  /** Whose calls may fail meanwhile. */
  enum Excuse {
    NONE,
    NODE,
    ALL
  }

  Fault(int cards, Excuse excuse) {
    this.cards = cards;
    this.excuse = excuse;
  }

  boolean isLong() {
    return excuse == Excuse.ALL;
  }

  /**
   * One that happened. Times are milliseconds since the run began.
   *
   * @param nodes whom it concerned: the one cut, stopped or killed; the first half; from and to
   * @param settled when all saw each other again
   */
  record Event(Fault fault, List<Integer> nodes, int start, int end, int settled) {
    /** Whether what happened between two nodes at that time may be its doing. */
    boolean excuses(int nodeBits, int from, int to) {
      if (to < start || from > settled) {
        return false;
      }
      return switch (fault.excuse) {
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
