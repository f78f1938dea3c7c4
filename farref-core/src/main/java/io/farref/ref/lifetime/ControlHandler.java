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
    try (Transition step = stripes.enter(id)) {
      if (table.isLost(from) || step.closed()) {
        return;
      }
      switch (message) {
        case ControlMessage.Hold m -> hold(from, m, step);
        case ControlMessage.Release m -> release(from, m, step);
        case ControlMessage.Voided _ -> voided(id, step);
        case ControlMessage.Held m -> {
          if (step.find(id) instanceof UserEntry entry) {
            entry.held(m.number(), step);
          }
        }
        case ControlMessage.Gone m -> {
          if (step.find(id) instanceof UserEntry entry) {
            entry.gone(m.number(), m.reason(), step);
          }
        }
        case ControlMessage.Full m -> {
          if (step.find(id) instanceof UserEntry entry) {
            entry.gone(m.number(), LossReason.OVER_LIMIT, step);
          }
        }
        case ControlMessage.Done m -> {
          RefEntry entry = step.find(id);
          if (entry != null) {
            entry.settle(m.transfer(), from, step);
          }
        }
        case ControlMessage.Origin m -> {
          if (step.find(id) instanceof OwnerEntry entry) {
            step.origin(entry, m.site());
          }
        }
      }
    }
  }

  private void hold(int from, ControlMessage.Hold message, Transition step) {
    ValueId id = message.id();
    OwnerEntry entry = step.findOrAwait(id);
    if (entry == null) {
      step.send(from, new ControlMessage.Gone(id, message.number(), step.reasonForAbsence(id)));
    } else if (isOverLimit(from, entry)) {
      step.send(from, new ControlMessage.Full(id, message.number(), table.quotas().limit()));
      entry.settle(message.settles(), from, step);
    } else {
      entry.hold(from, message, step);
    }
  }

  private void release(int from, ControlMessage.Release message, Transition step) {
    OwnerEntry entry = step.findOrAwait(message.id());
    if (entry == null) {
      return;
    }
    if (isOverLimit(from, entry)) {
      entry.endIfUnused(step); // a refused HOLD needs no tombstone
    } else {
      entry.release(from, message.number(), step);
    }
  }

  private boolean isOverLimit(int from, OwnerEntry entry) {
    return table.quotas().isFull(from) && entry.loss() == null && !entry.isCharged(from);
  }

  private void voided(ValueId id, Transition step) {
    RefEntry entry = step.find(id);
    if (table.creations().add(id) && entry != null) {
      entry.lose(LossReason.NOT_CREATED, step);
    }
  }

  private void check(boolean allowed, int from, ControlMessage message) {
    if (!allowed) {
      throw new MalformedException(
          "worker " + from + " may not send " + message + " to worker " + table.self());
    }
  }
}
