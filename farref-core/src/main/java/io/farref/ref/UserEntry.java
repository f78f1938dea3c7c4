package io.farref.ref;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One holding of a value that lives on another worker. Not thread-safe. */
final class UserEntry extends Entry {
  /**
   * Where a holding stands.
   *
   * <ul>
   *   <li>PENDING to CONFIRMED: HELD came.
   *   <li>PENDING or CONFIRMED to LOST: GONE came, the owner was lost, or the creation was undone.
   *   <li>PENDING or CONFIRMED to ENDED: nothing pins it any more, and RELEASE is sent.
   *   <li>LOST to ENDED: the last handle went.
   * </ul>
   */
  private enum State {
    PENDING,
    CONFIRMED,
    LOST,
    ENDED;

    boolean mayBecome(State next) {
      return switch (this) {
        case PENDING -> next != PENDING;
        case CONFIRMED -> next == LOST || next == ENDED;
        case LOST -> next == ENDED;
        case ENDED -> false;
      };
    }
  }

  /** A transfer that brought the reference here, and whose passer still waits for DONE. */
  private record Unsettled(int passer, long transfer) {}

  private final long holding;
  private State state = State.PENDING;
  private @Nullable Loss loss;
  private List<Unsettled> unsettled = List.of();

  private UserEntry(ValueId id, long holding) {
    super(id);
    this.holding = holding;
    addHandle();
  }

  /** A value that this worker creates: the call that does so announces the holding. */
  static UserEntry creating(ValueId id, long holding) {
    return new UserEntry(id, holding);
  }

  /** A value that came in a message and is not held yet: sends HOLD. */
  static UserEntry receiving(ValueId id, long holding, int from, long transfer, Effects effects) {
    UserEntry entry = new UserEntry(id, holding);
    if (from == id.owner()) {
      effects.send(from, new Control.Hold(id, holding, transfer));
    } else {
      effects.send(id.owner(), new Control.Hold(id, holding, 0));
      entry.settleWhenHeld(from, transfer);
    }
    return entry;
  }

  /** Its number, which travels in the call that creates the value. */
  long holding() {
    return holding;
  }

  @Override
  void received(int from, long transfer, Effects effects) {
    addHandle();
    if (state == State.PENDING) {
      settleWhenHeld(from, transfer);
    } else {
      effects.send(from, new Control.Done(id(), transfer));
    }
  }

  /** HELD came. */
  void held(long number, Effects effects) {
    if (number == holding && state == State.PENDING) {
      become(State.CONFIRMED);
      settleAll(effects);
    }
  }

  /** GONE came. */
  void gone(long number, Loss reason, Effects effects) {
    if (number == holding) {
      lose(reason, effects);
    }
  }

  @Override
  void lose(Loss reason, Effects effects) {
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
  void workerLost(int worker, Effects effects) {
    if (worker == owner()) {
      lose(Loss.OWNER_LOST, effects);
    } else {
      closeAllTo(worker);
      endIfUnused(effects);
    }
  }

  @Override
  void endIfUnused(Effects effects) {
    if (pinned() || state == State.ENDED) {
      return;
    }
    if (state != State.LOST) {
      effects.send(owner(), new Control.Release(id(), holding));
      settleAll(effects);
    }
    become(State.ENDED);
  }

  @Override
  @Nullable Loss loss() {
    return loss;
  }

  @Override
  boolean confirmed() {
    return state == State.CONFIRMED;
  }

  @Override
  boolean ended() {
    return state == State.ENDED;
  }

  private void settleWhenHeld(int passer, long transfer) {
    if (unsettled.isEmpty()) {
      unsettled = new ArrayList<>(1);
    }
    unsettled.add(new Unsettled(passer, transfer));
  }

  private void settleAll(Effects effects) {
    for (Unsettled each : unsettled) {
      effects.send(each.passer, new Control.Done(id(), each.transfer));
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
