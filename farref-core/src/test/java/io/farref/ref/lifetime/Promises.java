package io.farref.ref.lifetime;

/**
 * The promises of the protocol, checked against {@link Ghost}s, not against the state of the
 * tables: nothing held is ever freed; everything unheld is freed, once, and forgotten; a reference
 * is lost only for a valid reason, which it reports.
 */
final class Promises {
  private final SimulatedGroup group;

  Promises(SimulatedGroup group) {
    this.group = group;
  }

  /** A value is being freed. */
  void checkFree(Ghost ghost) {
    if (!ghost.created || ++ghost.freed > 1) {
      throw new Violation(ghost.id + " freed though not created, or twice");
    }
    for (SimulatedWorker holder : group.workers) {
      if (ghost.handles[holder.id] > 0 && mustServe(ghost, holder.id)) {
        throw new Violation(ghost.id + " freed though " + holder.id + " holds it");
      }
    }
    for (InFlight inFlight : group.network) {
      if (inFlight instanceof InFlight.UserMessage message
          && message.carries(ghost.id)
          && mustServe(ghost, message.from())
          && !group.broken(message.from(), message.to())
          && !group.cutOff(message.to(), ghost.id)) {
        throw new Violation(ghost.id + " freed though " + message + " carries it");
      }
    }
  }

  /** A worker is being told that a value is lost. */
  void checkLost(SimulatedWorker holder, Ghost ghost, LossReason reason) {
    boolean possible =
        switch (reason) {
          case OWNER_LOST -> holder.knowsLost(ghost.id.owner());
          case CREATOR_LOST, NOT_CREATED -> doomed(ghost);
          case FREED -> ghost.freed > 0 || doomed(ghost);
          case TIMED_OUT -> ghost.givenUp && holder.id == ghost.id.creator();
          case NOT_GIVEN, OVER_LIMIT, CLOSED -> false;
        };
    boolean wronged =
        reason != LossReason.TIMED_OUT
            && holder.id != ghost.id.owner()
            && ghost.handles[holder.id] > 0
            && mustServe(ghost, holder.id);
    if (!possible || wronged) {
      throw new Violation(holder.id + " lost " + ghost.id + " for no valid reason: " + reason);
    }
  }

  /** A call of a worker on a value is being refused. */
  void checkRefusal(Ghost ghost, int caller) {
    if (mustServe(ghost, caller)) {
      throw new Violation(ghost.id + " is refused to a call from " + caller);
    }
  }

  /** A call is being served. */
  void checkService(Ghost ghost, int caller) {
    if (caller != ghost.id.owner() && !ghost.heard(caller)) {
      throw new Violation(ghost.id + " serves " + caller + ", which was not given it");
    }
  }

  /** A worker has taken a forged reference out of a message. */
  void checkForged(SimulatedWorker receiver, Ghost ghost, RefEntry got) {
    boolean knowsTheToken =
        receiver.id == ghost.id.owner()
            ? ghost.created
            : receiver.handles.contains(ghost.id) && receiver.table.loss(ghost.id) == null;
    if (knowsTheToken && got.loss() == null) {
      throw new Violation(receiver.id + " takes a forged reference to " + ghost.id + " for true");
    }
  }

  /** An owner has taken a reference to a value of its own out of a message. */
  void checkVouching(SimulatedWorker owner, Ghost ghost, OwnerEntry got, long token) {
    boolean good = ghost.created && token == group.token(ghost.id);
    if (got.loss() == null && owner.table.table.vouches(got, token) != good) {
      throw new Violation(owner.id + " vouches wrongly for " + ghost.id);
    }
  }

  /**
   * All is delivered: each handle is good or known to be lost, and every value without a holder is
   * freed.
   */
  void checkRest() {
    for (SimulatedWorker holder : group.workers) {
      for (ValueId value : holder.handles) {
        checkHandle(holder, group.ghost(value));
      }
    }
    for (SimulatedWorker me : group.workers) {
      if (me.alive && !me.table.table.isSettled()) {
        throw new Violation(me.id + " still waits for messages about holders");
      }
    }
    for (Ghost ghost : group.ghosts.values()) {
      if (ghost.allHandles() == 0) {
        checkFreed(ghost);
      }
    }
  }

  private void checkHandle(SimulatedWorker holder, Ghost ghost) {
    boolean good = ghost.created && ghost.freed == 0 && !group.cutOff(holder.id, ghost.id);
    LossReason loss = holder.table.loss(ghost.id);
    if (loss == LossReason.TIMED_OUT && ghost.givenUp) {
      return; // others may hold it
    }
    if (good != (loss == null)) {
      throw new Violation(holder.id + " believes " + loss + " of " + ghost.id);
    }
    if (good && !holder.table.isConfirmed(ghost.id)) {
      throw new Violation(holder.id + " waits for confirmation of " + ghost.id);
    }
  }

  /** All is dropped and delivered: everything is freed, and nothing is remembered of it. */
  void checkEnd() {
    group.ghosts.values().forEach(this::checkFreed);
    for (SimulatedWorker me : group.workers) {
      if (me.alive && !me.table.isEmpty()) {
        throw new Violation(
            "%d still has %d values of others and %d of its own: %s"
                .formatted(me.id, me.table.heldCount(), me.table.ownedCount(), me.table.owned()));
      }
    }
  }

  private void checkFreed(Ghost ghost) {
    boolean lives = ghost.created && group.workers[ghost.id.owner()].alive;
    if (lives && ghost.freed != 1) {
      throw new Violation(ghost.id + " is not held and not freed");
    }
  }

  /** Whether a worker has a right to a value as long as it has a handle or sends it on. */
  private boolean mustServe(Ghost ghost, int worker) {
    return !group.cutOff(worker, ghost.id) && !doomed(ghost) && !ghost.exempt(worker);
  }

  /** Whether a value will never be created. */
  private boolean doomed(Ghost ghost) {
    ValueId id = ghost.id;
    return !ghost.created && (ghost.voided || group.broken(id.creator(), id.owner()));
  }
}
