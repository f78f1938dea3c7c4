package io.farref.ref.lifetime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The owner's entry of a value that lives here, or will. Not thread-safe: see {@link RefEntry}. */
public final class OwnerEntry extends RefEntry {
  /**
   * The states of a value.
   *
   * <ul>
   *   <li>AWAITED to LIVE: the call that creates it came.
   *   <li>AWAITED to LOST: VOID came, the creator was lost, or it may create no more.
   *   <li>AWAITED to ENDED: no worker is known to wait for it.
   *   <li>LIVE to ENDED: no worker holds it any more; it is freed.
   *   <li>LOST to ENDED: the last handle here was given back.
   * </ul>
   */
  private enum State {
    AWAITED,
    LIVE,
    LOST,
    ENDED;

    boolean mayBecome(State next) {
      return switch (this) {
        case AWAITED -> next != AWAITED;
        case LIVE, LOST -> next == ENDED;
        case ENDED -> false;
      };
    }
  }

  private final Holders holders;
  private final Object payload;
  private State state = State.AWAITED;
  private @Nullable LossReason loss;
  private long token;
  private @Nullable Map<Integer, ControlMessage.Hold>
      claims; // while awaited: the latest of each worker

  /** A value that others know of before the call that creates it has come. */
  OwnerEntry(ValueId id, Holders holders, Object payload) {
    super(id);
    this.holders = holders;
    this.payload = payload;
  }

  /** The object that the factory of the table made for this value; the table does not use it. */
  public Object payload() {
    return payload;
  }

  /** Turns a new entry into one for a reference that is dead; it belongs in no table. */
  OwnerEntry asDead(long itsToken, LossReason reason, Effects effects) {
    token = itsToken;
    addHandle();
    lose(reason, effects);
    return this;
  }

  /** This worker creates a value of its own: one handle. */
  void createdHere(long itsToken) {
    become(State.LIVE);
    token = itsToken;
    addHandle();
  }

  /** The call that creates the value came: one handle until the value is there. */
  void created(long holding, long itsToken, Effects effects) {
    uncharge(effects);
    become(State.LIVE);
    token = itsToken;
    addHandle();
    if (claims != null) {
      claims.forEach((worker, claim) -> checkClaim(worker, claim, effects));
      claims = null;
    }
    holders.hold(creator(), holding);
    holders.forEach(
        (worker, number) -> {
          effects.charge(worker, 1);
          effects.send(worker, new ControlMessage.Held(id(), number));
        });
  }

  /** Checks a claim: a worker that waited under a wrong token is a holder no longer. */
  private void checkClaim(int worker, ControlMessage.Hold claim, Effects effects) {
    if (claim.token() != token) {
      holders.release(worker, claim.number());
      effects.send(worker, new ControlMessage.Gone(id(), claim.number(), LossReason.NOT_GIVEN));
    }
  }

  /** HOLD came. While the value is awaited the answer waits too. */
  void hold(int from, ControlMessage.Hold message, Effects effects) {
    long number = message.number();
    boolean before = isCharged(from);
    switch (state) {
      case AWAITED -> {
        if (holders.hold(from, number)) {
          claim(from, message);
        }
      }
      case LIVE -> {
        if (message.token() != token) {
          effects.send(from, new ControlMessage.Gone(id(), number, LossReason.NOT_GIVEN));
        } else if (holders.hold(from, number)) {
          effects.send(from, new ControlMessage.Held(id(), number));
        }
      }
      case LOST, ENDED -> effects.send(from, new ControlMessage.Gone(id(), number, reason()));
    }
    charge(from, before, effects);
    settle(message.settles(), from, effects);
  }

  private void claim(int from, ControlMessage.Hold message) {
    if (claims == null) {
      claims = new HashMap<>(2);
    }
    claims.put(from, message);
  }

  /** The HOLD with which a worker waits for the value; null if its token needs no check. */
  ControlMessage.@Nullable Hold claim(int from) {
    return claims == null ? null : claims.get(from);
  }

  /** RELEASE came. */
  void release(int from, long number, Effects effects) {
    if (state != State.LOST) {
      boolean before = isCharged(from);
      holders.release(from, number);
      charge(from, before, effects);
      endIfUnused(effects);
    }
  }

  /** Whether a worker holds the value, as far as can be known. */
  boolean isHeldBy(int worker) {
    return holders.isHolder(worker);
  }

  /**
   * Whether the value counts among those that a worker holds. While it is awaited, it counts for a
   * worker that released it too, because the release must be remembered.
   */
  boolean isCharged(int worker) {
    return state == State.AWAITED ? holders.isKnown(worker) : holders.isHolder(worker);
  }

  private void charge(int worker, boolean before, Effects effects) {
    if (isCharged(worker) != before) {
      effects.charge(worker, before ? -1 : 1);
    }
  }

  private void uncharge(Effects effects) {
    holders.forEachKnown(
        worker -> {
          if (isCharged(worker)) {
            effects.charge(worker, -1);
          }
        });
  }

  @Override
  long token(ReferenceTokens tokens) {
    return token;
  }

  /** Whether a reference with this token is to this value; the value is not awaited. */
  boolean hasToken(long claimed) {
    return token == claimed;
  }

  @Override
  void received(int from, long transfer, Effects effects) {
    addHandle();
    effects.send(from, new ControlMessage.Done(id(), transfer));
  }

  @Override
  void lose(LossReason reason, Effects effects) {
    if (state == State.LOST) {
      return;
    }
    uncharge(effects);
    become(State.LOST);
    loss = reason;
    claims = null;
    holders.forEach(
        (worker, number) -> effects.send(worker, new ControlMessage.Gone(id(), number, reason)));
    holders.clear();
    closeAll();
    effects.lost(this, reason);
    endIfUnused(effects);
  }

  @Override
  void workerLost(int worker, Effects effects) {
    holders.forget(worker);
    if (claims != null) {
      claims.remove(worker);
    }
    closeAllTo(worker);
    if (state == State.AWAITED && worker == creator()) {
      lose(LossReason.CREATOR_LOST, effects);
    }
    endIfUnused(effects);
  }

  @Override
  void endIfUnused(Effects effects) {
    if (pinned() || holders.any()) {
      return;
    }
    switch (state) {
      case LIVE -> {
        become(State.ENDED);
        effects.free(this);
      }
      case LOST -> become(State.ENDED);
      case AWAITED -> {
        if (holders.isEmpty()) {
          become(State.ENDED);
        }
      }
      case ENDED -> {}
    }
  }

  @Override
  @Nullable LossReason loss() {
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

  /** The holders of the value; among them this worker, if anything pins the value here. */
  Set<Integer> holders(int self) {
    Set<Integer> workers = new TreeSet<>();
    holders.forEach((worker, number) -> workers.add(worker));
    if (pinned()) {
      workers.add(self);
    }
    return workers;
  }

  private LossReason reason() {
    return loss == null ? LossReason.FREED : loss;
  }

  private void become(State next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException("value " + id() + ": " + state + " cannot become " + next);
    }
    state = next;
  }
}
