package io.farref.ref;

import io.farref.bytes.MalformedException;

/** Carries out the control messages of other workers. Thread-safe. */
final class News {
  private final TableState table;
  private final Stripes stripes;

  News(TableState table, Stripes stripes) {
    this.table = table;
    this.stripes = stripes;
  }

  /**
   * Handles a message; one from a lost worker is ignored.
   *
   * @throws MalformedException if the sender is not entitled to send it
   */
  void handle(int from, Control message) {
    ValueId id = message.id();
    int self = table.self();
    check(
        switch (message) {
          case Control.Hold _, Control.Release _ -> id.owner() == self;
          case Control.Voided _, Control.Origin _ -> id.owner() == self && id.creator() == from;
          case Control.Held _, Control.Gone _, Control.Full _ -> id.owner() == from;
          case Control.Done _ -> true; // closes a transfer only to the worker it comes from
        },
        from,
        message);
    try (Step step = stripes.enter(id)) {
      if (table.isLost(from) || step.closed()) {
        return;
      }
      switch (message) {
        case Control.Hold m -> hold(from, m, step);
        case Control.Release m -> release(from, m, step);
        case Control.Voided _ -> voided(id, step);
        case Control.Held m -> {
          if (step.find(id) instanceof UserEntry entry) {
            entry.held(m.number(), step);
          }
        }
        case Control.Gone m -> {
          if (step.find(id) instanceof UserEntry entry) {
            entry.gone(m.number(), m.reason(), step);
          }
        }
        case Control.Full m -> {
          if (step.find(id) instanceof UserEntry entry) {
            entry.gone(m.number(), Loss.OVER_LIMIT, step);
          }
        }
        case Control.Done m -> {
          Entry entry = step.find(id);
          if (entry != null) {
            entry.settle(m.transfer(), from, step);
          }
        }
        case Control.Origin m -> {
          if (step.find(id) instanceof OwnerEntry entry) {
            step.origin(entry, m.site());
          }
        }
      }
    }
  }

  private void hold(int from, Control.Hold message, Step step) {
    ValueId id = message.id();
    OwnerEntry entry = step.findOrAwait(id);
    if (entry == null) {
      step.send(from, new Control.Gone(id, message.number(), step.reasonForAbsence(id)));
    } else if (isOverLimit(from, entry)) {
      step.send(from, new Control.Full(id, message.number(), table.quotas().limit()));
      entry.settle(message.settles(), from, step);
    } else {
      entry.hold(from, message, step);
    }
  }

  private void release(int from, Control.Release message, Step step) {
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

  private void voided(ValueId id, Step step) {
    Entry entry = step.find(id);
    if (table.creations().add(id) && entry != null) {
      entry.lose(Loss.NOT_CREATED, step);
    }
  }

  private void check(boolean allowed, int from, Control message) {
    if (!allowed) {
      throw new MalformedException(
          "worker " + from + " may not send " + message + " to worker " + table.self());
    }
  }
}
