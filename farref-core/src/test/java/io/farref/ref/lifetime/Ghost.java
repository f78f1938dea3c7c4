package io.farref.ref.lifetime;

import java.util.Arrays;

/**
 * The true state of one value in a simulated group, independent of what the tables believe. Knows
 * handles and messages only: the program of the simulation reports its actions, the network its
 * deliveries.
 *
 * <p>A worker <i>must be served</i> while it has handles, unless the chain by which the reference
 * came to it broke before the owner knew of the worker. Such a worker is <i>doubtful</i>. That is
 * the one case in which a value may be freed although there is a live handle.
 */
final class Ghost {
  final ValueId id;

  /** Handles that the program has, by worker. */
  final int[] handles;

  /** The workers from which a worker received the reference since it last released it, as bits. */
  private final int[] sources;

  private final boolean[] doubtful;
  private final long[] heardHold;
  private final long[] sentRelease;

  boolean created;
  boolean voided;

  /** Whether its creator has given it up, because the owner had not confirmed it in time. */
  boolean givenUp;

  int freed;

  Ghost(ValueId id, int workers) {
    this.id = id;
    handles = new int[workers];
    sources = new int[workers];
    doubtful = new boolean[workers];
    heardHold = new long[workers];
    sentRelease = new long[workers];
    Arrays.fill(heardHold, -1);
    Arrays.fill(sentRelease, -1);
  }

  /** Whether the owner knows of the worker's present holding. */
  boolean known(int worker) {
    return worker == id.owner() || heardHold[worker] > sentRelease[worker];
  }

  /** Whether the owner ever got a true HOLD of the worker. */
  boolean heard(int worker) {
    return heardHold[worker] >= 0;
  }

  /** Whether the worker may find the value gone although it did nothing wrong. */
  boolean exempt(int worker) {
    return (doubtful[worker] || (givenUp && worker == id.creator())) && !known(worker);
  }

  /** The worker's HOLD, or its creating call, reaches a live owner that has not lost the worker. */
  void ownerHears(int worker, long number) {
    if (freed == 0) {
      heardHold[worker] = Math.max(heardHold[worker], number);
      if (known(worker)) {
        doubtful[worker] = false;
      }
    }
  }

  /** The worker sends RELEASE. */
  void releaseSent(int worker, long number) {
    sentRelease[worker] = Math.max(sentRelease[worker], number);
    if (!known(worker)) {
      doubtful[worker] = false;
      sources[worker] = 0;
    }
  }

  /**
   * The worker takes the reference out of a message; {@code broken} if no live chain of passers
   * leads to the owner.
   */
  void received(int worker, int from, boolean broken) {
    if (worker != id.owner() && worker != from && !known(worker)) {
      sources[worker] |= 1 << from;
      if (broken || exempt(from)) {
        doubt(worker);
      }
    }
  }

  /** The worker no longer keeps the references alive that it passed on. */
  void sourceBroke(int source) {
    for (int worker = 0; worker < sources.length; worker++) {
      linkBroke(source, worker);
    }
  }

  /** The source no longer keeps the reference alive that it passed to this worker. */
  void linkBroke(int source, int worker) {
    if ((sources[worker] & 1 << source) != 0 && !known(worker)) {
      doubt(worker);
    }
  }

  private void doubt(int worker) {
    if (!doubtful[worker]) {
      doubtful[worker] = true;
      sourceBroke(worker);
    }
  }

  /** The owner ignores a worker from now on. */
  void ownerForgets(int worker) {
    heardHold[worker] = -1;
  }

  int allHandles() {
    int all = 0;
    for (int count : handles) {
      all += count;
    }
    return all;
  }
}
