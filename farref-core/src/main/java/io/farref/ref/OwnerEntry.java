package io.farref.ref;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A value that lives on this worker, or will. Not thread-safe. */
final class OwnerEntry extends Entry {
  /**
   * Where a value stands.
   *
   * <ul>
   *   <li>AWAITED to LIVE: the call that creates it came.
   *   <li>AWAITED to LOST: VOID came, or the creator was lost.
   *   <li>LIVE to LOST: the creation was undone by this worker itself.
   *   <li>LIVE to ENDED: nobody holds it any more; it is freed.
   *   <li>LOST to ENDED: the last handle here went.
   * </ul>
   */
  private enum State {
    AWAITED,
    LIVE,
    LOST,
    ENDED;

    boolean mayBecome(State next) {
      return switch (this) {
        case AWAITED -> next == LIVE || next == LOST;
        case LIVE -> next == LOST || next == ENDED;
        case LOST -> next == ENDED;
        case ENDED -> false;
      };
    }
  }

  private final Holders holders;
  private final ValueSlot slot = new ValueSlot();
  private State state = State.AWAITED;
  private @Nullable Loss loss;

  /** A value that others know of before the call that creates it has come. */
  OwnerEntry(ValueId id, Holders holders) {
    super(id);
    this.holders = holders;
  }

  /** The place of the value. */
  ValueSlot slot() {
    return slot;
  }

  /** This worker creates a value of its own: one handle. */
  void createdHere() {
    become(State.LIVE);
    addHandle();
  }

  /** The call that creates the value came: one handle until the value is there. */
  void created(long holding, Effects effects) {
    become(State.LIVE);
    addHandle();
    holders.hold(creator(), holding);
    holders.forEach((worker, number) -> effects.send(worker, new Control.Held(id(), number)));
  }

  /** HOLD came. While the value is awaited the answer waits too. */
  void hold(int from, long number, long settles, Effects effects) {
    switch (state) {
      case AWAITED -> holders.hold(from, number);
      case LIVE -> {
        if (holders.hold(from, number)) {
          effects.send(from, new Control.Held(id(), number));
        }
      }
      case LOST, ENDED -> effects.send(from, new Control.Gone(id(), number, reason()));
    }
    close(settles, from);
    endIfUnused(effects);
  }

  /** RELEASE came. */
  void release(int from, long number, Effects effects) {
    if (state != State.LOST) {
      holders.release(from, number);
      endIfUnused(effects);
    }
  }

  @Override
  void received(int from, long transfer, Effects effects) {
    addHandle();
    effects.send(from, new Control.Done(id(), transfer));
  }

  @Override
  void lose(Loss reason, Effects effects) {
    if (state == State.LOST) {
      return;
    }
    become(State.LOST);
    loss = reason;
    holders.forEach(
        (worker, number) -> effects.send(worker, new Control.Gone(id(), number, reason)));
    holders.clear();
    closeAll();
    effects.lost(this, reason);
    endIfUnused(effects);
  }

  @Override
  void workerLost(int worker, Effects effects) {
    holders.forget(worker);
    closeAllTo(worker);
    if (state == State.AWAITED && worker == creator()) {
      lose(Loss.CREATOR_LOST, effects);
    }
    endIfUnused(effects);
  }

  @Override
  void endIfUnused(Effects effects) {
    if (pinned() || holders.any()) {
      return;
    }
    if (state == State.LIVE) {
      become(State.ENDED);
      effects.free(this);
    } else if (state == State.LOST) {
      become(State.ENDED);
    }
  }

  @Override
  @Nullable Loss loss() {
    return loss;
  }

  @Override
  boolean confirmed() {
    return state == State.LIVE;
  }

  @Override
  boolean ended() {
    return state == State.ENDED;
  }

  /** Who holds the value: workers that said so, and this one if anything pins the value here. */
  Set<Integer> holders(int self) {
    Set<Integer> workers = new TreeSet<>();
    holders.forEach((worker, number) -> workers.add(worker));
    if (pinned()) {
      workers.add(self);
    }
    return workers;
  }

  private Loss reason() {
    return loss == null ? Loss.FREED : loss;
  }

  private void become(State next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException("value " + id() + ": " + state + " cannot become " + next);
    }
    state = next;
  }
}
