package io.farref.ref.lifetime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user's entry: one holding of another worker's value. Not thread-safe: see {@link RefEntry}. */
public sealed class UserEntry extends RefEntry permits ReceivedEntry {
  /**
   * The states of a holding.
   *
   * <ul>
   *   <li>ARRIVING to PENDING: HOLD is queued.
   *   <li>ARRIVING or PENDING to CONFIRMED: HELD came.
   *   <li>any of these to LOST: GONE came, the owner was lost, or the creation was undone.
   *   <li>any of these to ENDED: nothing pins it any more, and RELEASE is sent.
   *   <li>LOST to ENDED: the last handle was given back.
   * </ul>
   */
  enum State {
    ARRIVING,
    PENDING,
    CONFIRMED,
    LOST,
    ENDED;

    boolean mayBecome(State next) {
      return switch (this) {
        case ARRIVING -> next != ARRIVING;
        case PENDING -> next.compareTo(PENDING) > 0;
        case CONFIRMED -> next == LOST || next == ENDED;
        case LOST -> next == ENDED;
        case ENDED -> false;
      };
    }
  }

  /** A transfer that brought the reference here, and whose passer still waits for DONE. */
  private record Unsettled(int passer, long transfer) {}

  private final long holding;
  private State state;
  private @Nullable LossReason loss;
  private List<Unsettled> unsettled = List.of();

  UserEntry(ValueId id, long holding, State state) {
    super(id);
    this.holding = holding;
    this.state = state;
    addHandle();
  }

  /** A value that this worker creates: the call that does so announces the holding. */
  static UserEntry creating(ValueId id, long holding) {
    return new UserEntry(id, holding, State.PENDING);
  }

  /** Its number, which travels in the call that creates the value. */
  public final long holding() {
    return holding;
  }

  @Override
  long token(ReferenceTokens tokens) {
    return tokens.of(owner(), number());
  }

  /** HOLD is queued. */
  final void announced() {
    if (state == State.ARRIVING) {
      become(State.PENDING);
    }
  }

  final boolean isArriving() {
    return state == State.ARRIVING;
  }

  @Override
  void received(int from, long transfer, Effects effects) {
    addHandle();
    if (isPending() && effects.mayAwait(from)) {
      settleWhenHeld(from, transfer, effects);
    } else {
      effects.send(from, new ControlMessage.Done(id(), transfer));
    }
  }

  /** HELD came. */
  final void held(long number, Effects effects) {
    if (number == holding && isPending()) {
      become(State.CONFIRMED);
      settleAll(effects);
      endIfUnused(effects);
    }
  }

  /** GONE came. */
  final void gone(long number, LossReason reason, Effects effects) {
    if (number == holding) {
      lose(reason, effects);
    }
  }

  @Override
  final void lose(LossReason reason, Effects effects) {
    if (state == State.LOST) {
      return;
    }
    become(State.LOST);
    loss = reason;
    settleAll(effects);
    closeAll();
    effects.lost(this, reason);
    endIfUnused(effects);
  }

  @Override
  final void workerLost(int worker, Effects effects) {
    if (worker == owner()) {
      lose(LossReason.OWNER_LOST, effects);
    } else {
      closeAllTo(worker);
      forgetPasser(worker, effects);
      endIfUnused(effects);
    }
  }

  private void forgetPasser(int worker, Effects effects) {
    int before = unsettled.size();
    if (before > 0) {
      unsettled.removeIf(each -> each.passer == worker);
      effects.awaits(worker, unsettled.size() - before);
    }
  }

  @Override
  final void endIfUnused(Effects effects) {
    if (pinned() || awaitsHeld() || state == State.ENDED) {
      return;
    }
    if (state != State.LOST) {
      effects.send(owner(), new ControlMessage.Release(id(), holding));
    }
    become(State.ENDED);
  }

  @Override
  final @Nullable LossReason loss() {
    return loss;
  }

  @Override
  final boolean confirmed() {
    return state == State.CONFIRMED;
  }

  @Override
  final boolean ended() {
    return state == State.ENDED;
  }

  private boolean isPending() {
    return state.compareTo(State.PENDING) <= 0;
  }

  /**
   * Whether a passer must keep the value for this holding. A call may be under way behind the HOLD.
   * After a DONE now, the passer's RELEASE could reach the owner before both, and the owner would
   * refuse the call. So a holding without handles lasts until HELD.
   */
  private boolean awaitsHeld() {
    return isPending() && !unsettled.isEmpty();
  }

  final void settleWhenHeld(int passer, long transfer, Effects effects) {
    if (effects.isLost(passer)) {
      return; // it waits for nothing
    }
    if (unsettled.isEmpty()) {
      unsettled = new ArrayList<>(1);
    }
    unsettled.add(new Unsettled(passer, transfer));
    effects.awaits(passer, 1);
  }

  private void settleAll(Effects effects) {
    for (Unsettled each : unsettled) {
      effects.send(each.passer, new ControlMessage.Done(id(), each.transfer));
      effects.awaits(each.passer, -1);
    }
    unsettled = List.of();
  }

  private void become(State next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(
          "holding " + holding + " of value " + id() + ": " + state + " cannot become " + next);
    }
    state = next;
  }
}
