package io.farref.ref.lifetime;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one value on one worker: the side of a user or of the owner. Counts the pins of the
 * value here: handles, and transfers of it that are under way (G2). There may be millions of
 * entries, so the value's id is stored in fields, not in an object of its own. Not thread-safe: all
 * but the id is guarded by the lock of the entry's {@link Stripe}, which the compiler cannot check.
 */
public abstract sealed class RefEntry permits UserEntry, OwnerEntry {
  private final int owner;
  private final int creator;
  private final long number;
  private int handles;
  private @Nullable Map<Long, Integer> transfers; // number -> receiver; null when none is open

  RefEntry(ValueId id) {
    owner = id.owner();
    creator = id.creator();
    number = id.number();
  }

  public final ValueId id() {
    return new ValueId(owner, creator, number);
  }

  public final int owner() {
    return owner;
  }

  public final int creator() {
    return creator;
  }

  public final long number() {
    return number;
  }

  final boolean isOf(ValueId id) {
    return number == id.number() && creator == id.creator() && owner == id.owner();
  }

  /** The hash code of the id. */
  public final int hash() {
    return ValueId.hash(owner, creator, number);
  }

  /**
   * The token that a reference to the value must carry. The owner of an awaited value does not know
   * it yet.
   *
   * @param tokens of this worker
   */
  abstract long token(ReferenceTokens tokens);

  /** Why the value is lost; null if it is not. */
  abstract @Nullable LossReason loss();

  /** Whether the owner knows of this worker's holding; at the owner, whether the value exists. */
  abstract boolean confirmed();

  /** Whether this entry has ended and must be removed from the table. */
  abstract boolean ended();

  /** Ends the entry if nothing pins the value here. To be called after each unpinning. */
  abstract void endIfUnused(Effects effects);

  /** Turns the value into a lost one. */
  abstract void lose(LossReason reason, Effects effects);

  /** Takes a reference out of another worker's message: one handle more. */
  abstract void received(int from, long transfer, Effects effects);

  /** Forgets a lost worker with respect to this value. */
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

  /** Whether no message about holders of the value is under way from or to this worker. */
  final boolean settled() {
    return transfers == null && (this instanceof OwnerEntry || confirmed() || loss() != null);
  }

  final void open(long transfer, int to) {
    if (transfers == null) {
      transfers = new HashMap<>(4);
    }
    transfers.put(transfer, to);
  }

  /** Closes a transfer to a worker; does nothing if there is no such transfer. */
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
