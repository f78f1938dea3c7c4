package io.farref.ref;

import java.util.Arrays;

/**
 * What is true of one value in a simulated group, whatever the tables believe. Knows handles and
 * messages only: the program of the simulation reports what it does, the network what it delivers.
 *
 * <p>A worker <i>must be served</i> while it has handles, unless the chain by which the reference
 * came to it broke before the owner heard of the worker. Such a worker is <i>doubtful</i>. That is
 * the one excuse for freeing a value under a live handle.
 */
final class Ghost {
  final ValueId id;

  /** Handles that the program has, by worker. */
  final int[] handles;

  /** The workers from which a worker received the reference since it last let go, as bits. */
  private final int[] sources;

  private final boolean[] doubtful;
  private final long[] heardHold;
  private final long[] sentRelease;

  boolean created;
  boolean voided;
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

  /** Whether the owner has heard of the worker's present holding. */
  boolean known(int worker) {
    return worker == id.owner() || heardHold[worker] > sentRelease[worker];
  }

  /** Whether the owner was ever told, truly, that the worker holds the value. */
  boolean heard(int worker) {
    return heardHold[worker] >= 0;
  }

  /** Whether the worker may find the value gone although it did nothing wrong. */
  boolean excused(int worker) {
    return doubtful[worker] && !known(worker);
  }

  /** A live owner that still listens to the worker is delivered its HOLD, or its creating call. */
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

  /** The worker takes the reference out of a message; {@code broken} if nobody vouches for it. */
  void received(int worker, int from, boolean broken) {
    if (worker != id.owner() && worker != from && !known(worker)) {
      sources[worker] |= 1 << from;
      if (broken || excused(from)) {
        doubt(worker);
      }
    }
  }

  /** Nobody vouches any longer for what the worker passed on. */
  void sourceBroke(int source) {
    for (int worker = 0; worker < sources.length; worker++) {
      linkBroke(source, worker);
    }
  }

  /** The source no longer vouches for what it passed to this worker. */
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

  /** The owner stops listening to a worker. */
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
