package io.farref.ref.lifetime;

import io.farref.bytes.MalformedException;

/** Carries out the control messages of other workers. Thread-safe. */
final class ControlHandler {
  private final TableState table;
  private final Stripes stripes;

  ControlHandler(TableState table, Stripes stripes) {
    this.table = table;
    this.stripes = stripes;
  }

  /**
   * Handles a message; one from a lost worker is ignored.
   *
   * @throws MalformedException if the sender is not entitled to send it
   */
  void handle(int from, ControlMessage message) {
    ValueId id = message.id();
    int self = table.self();
    check(
        switch (message) {
          case ControlMessage.Hold _, ControlMessage.Release _ -> id.owner() == self;
          case ControlMessage.Voided _, ControlMessage.Origin _ ->
              id.owner() == self && id.creator() == from;
          case ControlMessage.Held _, ControlMessage.Gone _, ControlMessage.Full _ ->
              id.owner() == from;
          case ControlMessage.Done _ -> true; // closes a transfer only to the worker it comes from
        },
        from,
        message);
    try (Transition transition = stripes.enter(id)) {
      if (table.isLost(from) || transition.closed()) {
        return;
      }
      switch (message) {
        case ControlMessage.Hold m -> hold(from, m, transition);
        case ControlMessage.Release m -> release(from, m, transition);
        case ControlMessage.Voided _ -> voided(id, transition);
        case ControlMessage.Held m -> {
          if (transition.find(id) instanceof UserEntry entry) {
            entry.held(m.number(), transition);
          }
        }
        case ControlMessage.Gone m -> {
          if (transition.find(id) instanceof UserEntry entry) {
            entry.gone(m.number(), m.reason(), transition);
          }
        }
        case ControlMessage.Full m -> {
          if (transition.find(id) instanceof UserEntry entry) {
            entry.gone(m.number(), LossReason.OVER_LIMIT, transition);
          }
        }
        case ControlMessage.Done m -> {
          RefEntry entry = transition.find(id);
          if (entry != null) {
            entry.settle(m.transfer(), from, transition);
          }
        }
        case ControlMessage.Origin m -> {
          if (transition.find(id) instanceof OwnerEntry entry) {
            transition.origin(entry, m.site());
          }
        }
      }
    }
  }

  private void hold(int from, ControlMessage.Hold message, Transition transition) {
    ValueId id = message.id();
    OwnerEntry entry = transition.findOrAwait(id);
    if (entry == null) {
      transition.send(
          from, new ControlMessage.Gone(id, message.number(), transition.reasonForAbsence(id)));
    } else if (isOverLimit(from, entry)) {
      transition.send(from, new ControlMessage.Full(id, message.number(), table.quotas().limit()));
      entry.settle(message.settles(), from, transition);
    } else {
      entry.hold(from, message, transition);
    }
  }

  private void release(int from, ControlMessage.Release message, Transition transition) {
    OwnerEntry entry = transition.findOrAwait(message.id());
    if (entry == null) {
      return;
    }
    if (isOverLimit(from, entry)) {
      entry.endIfUnused(transition); // a refused HOLD needs no tombstone
    } else {
      entry.release(from, message.number(), transition);
    }
  }

  private boolean isOverLimit(int from, OwnerEntry entry) {
    return table.quotas().isFull(from) && entry.loss() == null && !entry.isCharged(from);
  }

  private void voided(ValueId id, Transition transition) {
    RefEntry entry = transition.find(id);
    if (table.creations().add(id) && entry != null) {
      entry.lose(LossReason.NOT_CREATED, transition);
    }
  }

  private void check(boolean allowed, int from, ControlMessage message) {
    if (!allowed) {
      throw new MalformedException(
          "worker " + from + " may not send " + message + " to worker " + table.self());
    }
  }
}
