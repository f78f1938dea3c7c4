package io.farref.ref.lifetime;

import java.util.List;
import java.util.SplittableRandom;

/** A malicious worker of a simulated group: sends messages about values that it was not given. */
final class Forger {
  private final SimulatedGroup group;
  private final SplittableRandom random;

  Forger(SimulatedGroup group, SplittableRandom random) {
    this.group = group;
    this.random = random;
  }

  /** Tries to use, or to take away, a value that others hold. */
  void forge(SimulatedWorker me) {
    List<ValueId> ids = List.copyOf(group.ghosts.keySet());
    if (ids.isEmpty()) {
      return;
    }
    ValueId id = ids.get(random.nextInt(ids.size()));
    SimulatedWorker to = group.workers[random.nextInt(group.workers.length)];
    long guess = group.token(id) ^ 1L << random.nextInt(64);
    group.note("%d forges %s", me.id, id);
    switch (random.nextInt(5)) {
      case 0 -> forgeControl(me, id.owner(), new ControlMessage.Hold(id, 0, 0, guess));
      case 1 -> forgeControl(me, id.owner(), new ControlMessage.Release(id, 0));
      case 2 -> forgeDone(me);
      case 3 -> {
        if (id.owner() != me.id) {
          group.post(InFlight.UserMessage.forgedCall(me.id, id));
        }
      }
      default -> {
        if (to != me) {
          InFlight.Carried reference = new InFlight.Carried(id, guess, Long.MAX_VALUE, false);
          group.post(InFlight.UserMessage.forgedReference(me.id, to.id, reference));
        }
      }
    }
  }

  /** Sends DONE for references that are on their way to other workers. */
  private void forgeDone(SimulatedWorker me) {
    for (InFlight inFlight : List.copyOf(group.network)) {
      if (inFlight instanceof InFlight.UserMessage message
          && !message.forged()
          && message.to() != me.id) {
        for (InFlight.Carried each : message.references()) {
          forgeControl(me, message.from(), new ControlMessage.Done(each.id(), each.transfer()));
        }
      }
    }
  }

  private void forgeControl(SimulatedWorker me, int to, ControlMessage message) {
    if (to != me.id) {
      InFlight.Control control = new InFlight.Control(me.id, to, message);
      group.sent.add(control);
      group.post(control);
    }
  }
}
