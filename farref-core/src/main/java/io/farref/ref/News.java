package io.farref.ref;

import io.farref.bytes.MalformedException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a table does on the word of other workers. Thread-safe. */
final class News {
  private final int self;
  private final Stripes stripes;
  private final Set<Integer> lost;
  private final KnownCreations creations;
  private final Quotas quotas;
  private final Supplier<Holders> newHolders;

  News(
      int self,
      Stripes stripes,
      Set<Integer> lost,
      KnownCreations creations,
      Quotas quotas,
      Supplier<Holders> newHolders) {
    this.self = self;
    this.stripes = stripes;
    this.lost = lost;
    this.creations = creations;
    this.quotas = quotas;
    this.newHolders = newHolders;
  }

  /**
   * A control message came. One from a lost worker is ignored.
   *
   * @throws MalformedException if the sender has no business to send it
   */
  void hear(int from, Control message) {
    ValueId id = message.id();
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
      if (lost.contains(from) || step.closed()) {
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
        case Control.Done m -> settle(step.find(id), from, m.transfer(), step);
        case Control.Origin m -> {
          if (step.find(id) instanceof OwnerEntry entry) {
            entry.slot().origin(m.site());
          }
        }
      }
    }
  }

  private void hold(int from, Control.Hold message, Step step) {
    ValueId id = message.id();
    OwnerEntry entry = owned(id, step);
    if (entry == null) {
      step.send(from, new Control.Gone(id, message.number(), reasonForAbsence(id)));
    } else if (isOverLimit(from, entry)) {
      step.send(from, new Control.Full(id, message.number(), quotas.limit()));
      entry.close(message.settles(), from);
      entry.endIfUnused(step);
    } else {
      entry.hold(from, message, step);
    }
  }

  private void release(int from, Control.Release message, Step step) {
    OwnerEntry entry = owned(message.id(), step);
    if (entry == null) {
      return;
    }
    if (isOverLimit(from, entry)) {
      entry.endIfUnused(step); // what was refused need not be remembered
    } else {
      entry.release(from, message.number(), step);
    }
  }

  private boolean isOverLimit(int from, OwnerEntry entry) {
    return quotas.isFull(from) && entry.loss() == null && !entry.isCharged(from);
  }

  private void voided(ValueId id, Step step) {
    Entry entry = step.find(id);
    if (creations.add(id) && entry != null) {
      entry.lose(Loss.NOT_CREATED, step);
    }
  }

  /** Whoever a reference was passed to is done with it, or never got it. */
  void settled(ValueId id, int to, long transfer) {
    try (Step step = stripes.enter(id)) {
      settle(step.find(id), to, transfer, step);
    }
  }

  private static void settle(@Nullable Entry entry, int to, long transfer, Step step) {
    if (entry != null) {
      entry.close(transfer, to);
      entry.endIfUnused(step);
    }
  }

  /**
   * The entry of one of our values; an awaited one is made if needed; null if the value is gone.
   */
  @Nullable OwnerEntry owned(ValueId id, Step step) {
    OwnerEntry entry = (OwnerEntry) step.find(id);
    if (entry != null || step.closed() || creations.contains(id) || lost.contains(id.creator())) {
      return entry;
    }
    return step.add(new OwnerEntry(id, newHolders.get()));
  }

  Loss reasonForAbsence(ValueId id) {
    return creations.contains(id) ? Loss.FREED : Loss.CREATOR_LOST;
  }

  void loseIfOwnerIsLost(UserEntry entry, Step step) {
    if (lost.contains(entry.owner())) {
      entry.lose(Loss.OWNER_LOST, step);
    }
  }

  private void check(boolean allowed, int from, Control message) {
    if (!allowed) {
      throw new MalformedException(
          "worker " + from + " may not send " + message + " to worker " + self);
    }
  }
}
