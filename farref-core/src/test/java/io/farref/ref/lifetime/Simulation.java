package io.farref.ref.lifetime;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule: a few workers create, use, pass on and drop references, while the network
 * delivers late, repeated and out of order, workers crash and connections are cut. All of it
 * follows from the seed. {@link Promises} judges.
 */
final class Simulation {
  private static final int MAX_DELIVERIES = 100_000;

  /** One of so many actions of a program is on an entry on which it has no handle. */
  private static final int STALE = 12;

  private final SplittableRandom random;
  private final SimulatedGroup group;
  private final Forger forger;
  private boolean settling;

  /**
   * Prepares a schedule.
   *
   * @param trace takes a line for each thing that happens
   */
  Simulation(long seed, Mutant mutant, @Nullable List<String> trace) {
    random = new SplittableRandom(seed);
    group = new SimulatedGroup(2 + random.nextInt(4), random, mutant, trace);
    forger = new Forger(group, random);
  }

  /**
   * Runs the schedule.
   *
   * @throws Violation if the protocol broke a promise
   */
  void run() {
    boolean disasters = random.nextInt(3) > 0;
    int steps = random.nextInt(100) == 0 ? 1_000 : 10 + random.nextInt(90);
    for (int i = 0; i < steps; i++) {
      step(disasters);
    }
    settle();
    group.promises.checkRest();
    dropEverything();
    settle();
    group.promises.checkEnd();
    repeatThePast();
    settle();
    group.promises.checkEnd();
  }

  private void step(boolean disasters) {
    int what = random.nextInt(100);
    SimulatedWorker me = anyWorker();
    if (what < 40) {
      deliverAny();
    } else if (what < 43) {
      repeatAny();
    } else if (what == 43 && disasters) {
      group.crash(me);
    } else if (what == 44 && disasters) {
      group.cut(me, anyWorker());
    } else if (what == 45 && disasters && me.alive) {
      me.close(random);
    } else if (me.alive && random.nextInt(STALE) == 0) {
      me.touchStale(random);
    } else if (me.alive && !me.forged.isEmpty() && random.nextInt(8) == 0) {
      me.dropForged(random.nextInt(me.forged.size()));
    } else if (me.alive && what < 48 && me.id == group.forger) {
      forger.forge(me);
    } else if (me.alive) {
      act(me, what);
    }
  }

  // ---- The program -------------------------------------------------------------------------

  private void act(SimulatedWorker me, int what) {
    if (what < 53 || me.handles.isEmpty()) {
      create(me);
    } else if (what < 67) {
      pass(me);
    } else if (what < 75) {
      call(me);
    } else if (what < 79) {
      acquire(me, anyHandle(me));
    } else if (what < 83) {
      sendUnsent(me);
    } else if (what < 85) {
      giveUp(me, anyHandle(me));
    } else {
      me.drop(random.nextInt(me.handles.size()));
    }
  }

  private void create(SimulatedWorker me) {
    int owner = anyWorker().id;
    TableById.Creation creation = me.table.create(owner);
    group.note("%d creates %s (holding %d)", me.id, creation.id(), creation.holding());
    Ghost ghost = new Ghost(creation.id(), group.workers.length);
    group.ghosts.put(ghost.id, ghost);
    me.got(ghost.id);
    if (owner == me.id) {
      ghost.created = true;
    } else if (random.nextInt(4) == 0) {
      me.unsent.add(InFlight.UserMessage.creating(me.id, creation));
    } else {
      group.post(InFlight.UserMessage.creating(me.id, creation));
    }
  }

  /** A creation that was kept back is sent, or cannot be sent. */
  private void sendUnsent(SimulatedWorker me) {
    if (me.unsent.isEmpty()) {
      return;
    }
    InFlight.UserMessage call = SimulatedGroup.takeAt(me.unsent, random.nextInt(me.unsent.size()));
    TableById.Creation creation = call.creation();
    if (creation != null && random.nextBoolean()) {
      group.note("%d cannot send the creation of %s", me.id, creation.id());
      group.ghost(creation.id()).voided = true;
      me.table.creationAborted(creation);
    } else {
      group.post(call);
    }
  }

  /** The owner has not confirmed a creation in time. */
  private void giveUp(SimulatedWorker me, ValueId value) {
    if (value.creator() != me.id
        || value.owner() == me.id
        || me.table.isConfirmed(value)
        || me.table.loss(value) != null) {
      return;
    }
    group.note("%d gives up the creation of %s", me.id, value);
    Ghost ghost = group.ghost(value);
    ghost.givenUp = true;
    ghost.sourceBroke(me.id);
    group.network.replaceAll(
        each ->
            each instanceof InFlight.UserMessage message && message.from() == me.id
                ? message.withLost(value)
                : each);
    me.table.creationTimedOut(value);
  }

  private void pass(SimulatedWorker me) {
    int to = anyWorker().id;
    InFlight.Carried carried = register(me, anyHandle(me), to);
    if (carried == null) {
      return;
    }
    if (random.nextInt(8) > 0) {
      group.post(InFlight.UserMessage.bringing(me.id, to, List.of(carried), null));
      return;
    }
    group.note("%d cannot send %s to %d", me.id, carried.id(), to);
    if (group.mutant != Mutant.G2_UNSENT_TRANSFERS_ARE_NOT_UNDONE) {
      me.table.passAborted(carried.id(), to, carried.transfer());
    }
  }

  private InFlight.@Nullable Carried register(SimulatedWorker me, ValueId value, int to) {
    long transfer = me.table.pass(value, to);
    group.note("%d passes %s to %d as %d", me.id, value, to, transfer);
    if (transfer == 0 && me.table.loss(value) == LossReason.TIMED_OUT) {
      return null;
    }
    if (transfer == 0) {
      throw new Violation(me.id + " cannot pass " + value + " though it has a handle");
    }
    if (group.mutant == Mutant.G2_TRANSFERS_DO_NOT_PIN) {
      me.table.passAborted(value, to, transfer);
    }
    return new InFlight.Carried(value, group.token(value), transfer, me.told.containsKey(value));
  }

  /** Calls the owner of a value, sometimes with a reference, sometimes giving up at once. */
  private void call(SimulatedWorker me) {
    ValueId target = anyHandle(me);
    boolean isAsked = me.unsent.stream().noneMatch(call -> call.creates(target));
    if (!isAsked || !acquire(me, target)) {
      return;
    }
    List<InFlight.Carried> references = sometimesAny(me, target.owner());
    // A call of a worker to itself takes the handle of its sender over.
    boolean givesUp = target.owner() != me.id && random.nextInt(8) == 0;
    if (givesUp) {
      me.drop(me.handles.size() - 1);
    } else {
      me.handles.removeLast(); // the call has it until the reply
    }
    group.note("%d calls %s", me.id, target);
    group.post(InFlight.UserMessage.calling(me.id, target, !givesUp, references));
  }

  private List<InFlight.Carried> sometimesAny(SimulatedWorker me, int to) {
    InFlight.Carried carried =
        me.handles.isEmpty() || random.nextInt(3) > 0 ? null : register(me, anyHandle(me), to);
    return carried == null ? List.of() : List.of(carried);
  }

  private boolean acquire(SimulatedWorker me, ValueId value) {
    boolean acquired = me.table.acquire(value);
    group.note("%d acquires %s: %b", me.id, value, acquired);
    if (acquired) {
      me.got(value);
    } else if (!me.told.containsKey(value)) {
      throw new Violation(me.id + " has a handle to " + value + ", which was not lost");
    }
    return acquired;
  }

  private SimulatedWorker anyWorker() {
    return group.workers[random.nextInt(group.workers.length)];
  }

  private ValueId anyHandle(SimulatedWorker me) {
    return me.handles.get(random.nextInt(me.handles.size()));
  }

  // ---- The network --------------------------------------------------------------------------

  private void deliverAny() {
    if (group.network.isEmpty()) {
      return;
    }
    InFlight inFlight = SimulatedGroup.takeAt(group.network, random.nextInt(group.network.size()));
    if (inFlight instanceof InFlight.Control && random.nextInt(settling ? 8 : 4) == 0) {
      group.network.add(inFlight); // it will come again
    }
    deliverInOrder(inFlight);
  }

  /**
   * Delivers first the messages that a connection delivers earlier, as far as calls depend on it: a
   * worker's HOLD comes before its calls on the value, a RELEASE after them.
   */
  private void deliverInOrder(InFlight inFlight) {
    switch (inFlight) {
      case InFlight.UserMessage call when call.target() != null && !call.forged() ->
          deliverFirst(each -> isBehind(call, call.target(), each));
      case InFlight.Control(int from, _, ControlMessage.Release(ValueId id, _)) ->
          deliverFirst(
              each -> each instanceof InFlight.UserMessage call && call.isCallOf(from, id));
      default -> {}
    }
    deliver(inFlight);
  }

  private static boolean isBehind(InFlight.UserMessage call, ValueId target, InFlight each) {
    return each.from() == call.from()
        && switch (each) {
          case InFlight.Control(_, _, ControlMessage.Hold hold) -> hold.id().equals(target);
          case InFlight.UserMessage message -> message.creates(target);
          default -> false;
        };
  }

  private void deliverFirst(Predicate<InFlight> which) {
    List<InFlight> first = group.network.stream().filter(which).toList();
    group.network.removeAll(first);
    first.forEach(this::deliverInOrder);
  }

  /** Any control message ever sent comes once more. */
  private void repeatAny() {
    if (!group.sent.isEmpty()) {
      deliverInOrder(group.sent.get(random.nextInt(group.sent.size())));
    }
  }

  private void repeatThePast() {
    for (InFlight.Control control : group.sent) {
      if (random.nextBoolean()) {
        group.network.add(control);
      }
    }
  }

  private void deliver(InFlight inFlight) {
    SimulatedWorker to = group.workers[inFlight.to()];
    if (!to.alive) {
      group.discard(inFlight);
      return;
    }
    switch (inFlight) {
      case InFlight.Control control -> deliverControl(to, control);
      case InFlight.UserMessage message -> deliverUserMessage(to, message);
      case InFlight.LossNotice notice -> deliverLossNotice(to, notice.from());
    }
  }

  private void deliverControl(SimulatedWorker to, InFlight.Control control) {
    group.note("%d hears from %d: %s", to.id, control.from(), control.message());
    int from = control.from();
    ControlMessage message = control.message();
    if (message instanceof ControlMessage.Hold(ValueId id, long number, long settles, long token)) {
      if (group.mutant == Mutant.G6_OWNERS_DO_NOT_CHECK_TOKENS) {
        message = new ControlMessage.Hold(id, number, settles, group.token(id));
      }
      if (!to.knowsLost(from)) {
        if (token == group.token(id)) {
          group.ghost(id).ownerHears(from, number);
        }
      } else if (group.mutant == Mutant.G3_MESSAGES_OF_DEAD_WORKERS_ARE_HANDLED) {
        from += SimulatedGroup.STRANGER;
      }
    }
    to.table.onControl(from, message);
  }

  private void deliverUserMessage(SimulatedWorker to, InFlight.UserMessage message) {
    group.note("%d receives %s", to.id, message);
    int from = message.from();
    for (InFlight.Carried each : message.references()) {
      if (message.forged()) {
        deliverForged(to, from, each);
        continue;
      }
      boolean broken = each.lost() || group.broken(from, to.id) || group.cutOff(from, each.id());
      group.ghost(each.id()).received(to.id, from, broken);
      to.got(each.id());
      RefEntry got = to.table.received(each.id(), each.token(), from, each.transfer());
      if (got.loss() == LossReason.NOT_GIVEN) {
        to.gotNothing(got);
      } else if (to.id == each.id().owner()) {
        group.promises.checkVouching(to, group.ghost(each.id()), (OwnerEntry) got, each.token());
      }
    }
    if (message.creation() != null) {
      deliverCreation(to, from, message.creation());
    }
    if (message.target() != null) {
      deliverCall(to, message, message.target());
    }
    if (message.unpins() != null) {
      to.handles.add(message.unpins());
    }
  }

  /** The program does not use it, but may keep it. */
  private void deliverForged(SimulatedWorker to, int from, InFlight.Carried reference) {
    Ghost ghost = group.ghost(reference.id());
    long token =
        group.mutant == Mutant.G6_RECEIVERS_DO_NOT_CHECK_TOKENS
            ? group.token(ghost.id)
            : reference.token();
    RefEntry got = to.table.table.received(ghost.id, token, from, reference.transfer());
    group.promises.checkForged(to, ghost, got);
    to.forged.add(got);
    if (got instanceof OwnerEntry own) {
      group.promises.checkVouching(to, ghost, own, reference.token());
      to.dropForged(to.forged.size() - 1);
    } else if (random.nextBoolean()) {
      to.dropForged(to.forged.size() - 1);
    }
  }

  private void deliverCreation(SimulatedWorker owner, int from, TableById.Creation creation) {
    Ghost ghost = group.ghost(creation.id());
    boolean listens = !owner.knowsLost(from);
    if (listens) {
      ghost.ownerHears(from, creation.holding());
    }
    boolean created = owner.table.created(ghost.id, creation.holding(), creation.token()) != null;
    if (created != listens) {
      throw new Violation(owner.id + " answers " + created + " to the creation of " + ghost.id);
    }
    if (created) {
      ghost.created = true;
      owner.got(ghost.id);
    }
  }

  private void deliverCall(SimulatedWorker owner, InFlight.UserMessage call, ValueId target) {
    Ghost ghost = group.ghost(target);
    if (call.from() == owner.id) {
      if (owner.table.owned(target) == null) {
        throw new Violation(owner.id + " calls its own " + target + ", which is gone");
      }
      owner.handles.add(target); // which the call brought
    } else if (isServed(owner, call.from(), ghost)) {
      group.promises.checkService(ghost, call.from());
      owner.got(target);
    } else if (call.targetIsPinned() || mustBeServed(call)) {
      group.promises.checkRefusal(ghost, call.from());
    }
    if (call.forged()) {
      return;
    }
    ValueId unpins = call.targetIsPinned() && call.from() != owner.id ? target : null;
    List<InFlight.Carried> references = sometimesAny(owner, call.from());
    group.post(InFlight.UserMessage.bringing(owner.id, call.from(), references, unpins));
  }

  /** Whether a call must be served although its caller kept no handle: it came in time. */
  private boolean mustBeServed(InFlight.UserMessage call) {
    return group.calm && !call.forged();
  }

  private boolean isServed(SimulatedWorker owner, int caller, Ghost ghost) {
    if (group.mutant == Mutant.G6_STRANGERS_MAY_CALL) {
      return owner.table.useUnchecked(ghost.id);
    }
    TableById.Use target = owner.table.use(ghost.id, caller);
    if (target == null) {
      return false;
    }
    ControlMessage.Hold claim = target.claim();
    if (claim != null && claim.token() != group.token(ghost.id)) {
      owner.table.release(ghost.id); // as soon as the value has come
      return false;
    }
    return true;
  }

  private void deliverLossNotice(SimulatedWorker to, int dead) {
    group.note("%d hears that %d is lost", to.id, dead);
    if ((group.mutant == Mutant.G3_DEAD_HOLDERS_ARE_NOT_FORGOTTEN && ownsNothing(dead))
        || (group.mutant == Mutant.G4_DEAD_OWNERS_ARE_NOT_NOTICED && ownsNothing(to.id))) {
      return;
    }
    to.hearsLost(dead);
    for (Ghost ghost : group.ghosts.values()) {
      if (ghost.id.owner() == to.id) {
        ghost.ownerForgets(dead);
      }
    }
    to.table.workerLost(dead);
    for (ValueId value : to.handles) {
      if (value.owner() == dead && to.table.loss(value) == null) {
        throw new Violation(to.id + " still trusts " + value + " of the lost " + dead);
      }
    }
  }

  private boolean ownsNothing(int worker) {
    return group.ghosts.keySet().stream().noneMatch(id -> id.owner() == worker);
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Everything under way arrives. */
  private void settle() {
    settling = true;
    for (SimulatedWorker me : group.workers) {
      while (me.alive && !me.unsent.isEmpty()) {
        sendUnsent(me);
      }
    }
    for (int i = 0; !group.network.isEmpty(); i++) {
      if (i == MAX_DELIVERIES) {
        throw new Violation("the network never falls silent");
      }
      deliverAny();
    }
  }

  private void dropEverything() {
    for (SimulatedWorker me : group.workers) {
      while (!me.handles.isEmpty()) {
        me.drop(random.nextInt(me.handles.size()));
        while (!me.forged.isEmpty() && random.nextBoolean()) {
          me.dropForged(0);
        }
        if (random.nextInt(4) == 0) {
          deliverAny();
        }
      }
      while (me.alive && !me.forged.isEmpty()) {
        me.dropForged(0);
      }
    }
  }
}
