package io.farref.ref;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one worker knows of one value: the side of a user or of the owner. Counts what pins the
 * value here: handles, and transfers of it that are under way (G2). There may be millions, so the
 * value's id lies in it, not beside it. Not thread-safe, but for the id.
 */
abstract sealed class Entry permits UserEntry, OwnerEntry {
  private final int owner;
  private final int creator;
  private final long number;
  private int handles;
  private @Nullable Map<Long, Integer> transfers; // number -> receiver; null when none is open

  Entry(ValueId id) {
    owner = id.owner();
    creator = id.creator();
    number = id.number();
  }

  final ValueId id() {
    return new ValueId(owner, creator, number);
  }

  final int owner() {
    return owner;
  }

  final int creator() {
    return creator;
  }

  final long number() {
    return number;
  }

  final boolean isOf(ValueId id) {
    return number == id.number() && creator == id.creator() && owner == id.owner();
  }

  /** The hash code of the id. */
  final int hash() {
    return ValueId.hash(owner, creator, number);
  }

  /**
   * What a reference to the value must carry. At the owner of an awaited value it is not known yet.
   *
   * @param tokens of this worker
   */
  abstract long token(Tokens tokens);

  /** Why the value is lost; null if it is not. */
  abstract @Nullable Loss loss();

  /** Whether the owner knows what this entry stands for. */
  abstract boolean confirmed();

  /** Whether this entry is over and to be removed. */
  abstract boolean ended();

  /** Ends the entry if nothing pins the value here. To be called after each unpinning. */
  abstract void endIfUnused(Effects effects);

  /** Turns the value into a lost one. */
  abstract void lose(Loss reason, Effects effects);

  /** Takes a reference out of another worker's message: one handle more. */
  abstract void received(int from, long transfer, Effects effects);

  /** Forgets a lost worker as far as this value goes. */
  abstract void workerLost(int worker, Effects effects);

  final void addHandle() {
    handles = Math.incrementExact(handles);
  }

  final void dropHandle() {
    if (handles == 0) {
      throw new IllegalStateException("value " + id() + " was released more often than acquired");
    }
    handles--;
  }

  final boolean hasHandles() {
    return handles > 0;
  }

  final boolean pinned() {
    return handles > 0 || transfers != null;
  }

  /** Whether no news of who holds the value is under way from or to this worker. */
  final boolean settled() {
    return transfers == null && (this instanceof OwnerEntry || confirmed() || loss() != null);
  }

  final void open(long transfer, int to) {
    if (transfers == null) {
      transfers = new HashMap<>(4);
    }
    transfers.put(transfer, to);
  }

  /** Closes a transfer to a worker; does nothing if there is none such. */
  final void close(long transfer, int to) {
    if (transfers != null && transfers.remove(transfer, to) && transfers.isEmpty()) {
      transfers = null;
    }
  }

  /** The receiver of a transfer is done with it, or never got it. */
  final void settle(long transfer, int to, Effects effects) {
    close(transfer, to);
    endIfUnused(effects);
  }

  final void closeAllTo(int worker) {
    if (transfers != null) {
      transfers.values().removeIf(to -> to == worker);
      if (transfers.isEmpty()) {
        transfers = null;
      }
    }
  }

  final void closeAll() {
    transfers = null;
  }
}
