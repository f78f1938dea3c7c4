package io.farref.ref;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule: a few workers create, use, pass on and drop references, while the network
 * delivers late, repeated and out of order, workers crash and connections are cut. All of it
 * follows from the seed.
 *
 * <p>What must hold, judged from {@link Ghost}s and not from the tables: nothing held is ever
 * freed; everything unheld is freed, once; a lost reference is reported and has an excuse.
 */
final class Simulation {
  private static final int MAX_PUMP = 100_000;
  private static final int STRANGER = 100;

  private final SplittableRandom random;
  private final Mutant mutant;
  private final @Nullable List<String> trace;
  private final Member[] members;
  private final boolean[][] cut;
  private final Map<ValueId, Ghost> ghosts = new HashMap<>();
  private final List<Mail> network = new ArrayList<>();
  private final List<Letter> sent = new ArrayList<>();
  private boolean quiet; // no more repeats from the network

  /** What a schedule did wrong. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message, null, false, false);
    }
  }

  private sealed interface Mail {
    int from();

    int to();
  }

  /** A control message. Comes at least once unless a side dies. */
  private record Letter(int from, int to, Control message) implements Mail {}

  /** A reference on its way; {@code lost} if its passer knew that it is. */
  private record Carried(ValueId id, long transfer, boolean lost) {}

  /** What user code sends: a call, or its reply. Comes once at most. */
  private record Parcel(
      int from,
      int to,
      LifetimeTable.@Nullable Creation creation,
      @Nullable ValueId target,
      boolean targetIsPinned,
      List<Carried> references,
      @Nullable ValueId unpins)
      implements Mail {}

  /** News that a worker is lost. {@code from} is the lost one. */
  private record Obituary(int from, int to) implements Mail {}

  /** A worker: its table, and what the program on it has. */
  private final class Member implements LifetimeTable.Listener {
    final int id;
    final LifetimeTable table;
    final List<ValueId> handles = new ArrayList<>();
    final Map<ValueId, Loss> told = new HashMap<>();
    final List<Parcel> unsent = new ArrayList<>();
    boolean alive = true;
    int lost; // bits

    Member(int id) {
      this.id = id;
      table = new LifetimeTable(id, this, 1, mutant.holders, mutant.creations);
    }

    @Override
    public void send(int worker, Control message) {
      if (worker == id || knowsLost(worker)) {
        throw new Violation(id + " sends " + message + " to " + worker + ", itself or dead");
      }
      if (message instanceof Control.Release(ValueId value, long number)) {
        ghost(value).releaseSent(id, number);
      }
      if (mutant.drops(message) || worker >= STRANGER) {
        return;
      }
      Letter letter = new Letter(id, worker, message);
      sent.add(letter);
      post(letter);
      if (mutant == Mutant.G2_PASSERS_LET_GO_BEFORE_THE_OWNER_KNOWS
          && message instanceof Control.Hold(ValueId value, long number, long settles)) {
        table.onControl(worker, new Control.Held(value, number));
      }
    }

    @Override
    public void free(ValueId value) {
      note("%d frees %s", id, value);
      checkFree(this, ghost(value));
    }

    @Override
    public void lost(ValueId value, Loss reason) {
      note("%d loses %s: %s", id, value, reason);
      told.put(value, reason);
      boolean bornLost = value.creator() == id && !ghosts.containsKey(value);
      if (!bornLost || !knowsLost(value.owner())) {
        checkLost(this, ghost(value), reason);
      }
    }

    boolean knowsLost(int worker) {
      return (lost & 1 << worker) != 0;
    }

    void got(ValueId value) {
      handles.add(value);
      ghost(value).handles[id]++;
    }

    void drop(int index) {
      ValueId value = takeAt(handles, index);
      note("%d drops %s", id, value);
      ghost(value).handles[id]--;
      table.release(value);
    }
  }

  Simulation(long seed, Mutant mutant, @Nullable List<String> trace) {
    this.random = new SplittableRandom(seed);
    this.mutant = mutant;
    this.trace = trace;
    members = new Member[2 + random.nextInt(4)];
    cut = new boolean[members.length][members.length];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member(i);
    }
  }

  /**
   * Runs the schedule.
   *
   * @throws Violation if the protocol broke a promise
   */
  void run() {
    boolean deaths = random.nextInt(3) > 0;
    int steps = 10 + random.nextInt(90);
    for (int i = 0; i < steps; i++) {
      step(deaths);
    }
    settle();
    checkRest();
    dropEverything();
    settle();
    checkEnd();
    repeatThePast();
    settle();
    checkEnd();
  }

  // ---- The program -------------------------------------------------------------------------

  private void step(boolean deaths) {
    int what = random.nextInt(100);
    Member me = members[random.nextInt(members.length)];
    if (what < 40) {
      deliverAny();
    } else if (what < 43) {
      repeatAny();
    } else if (deaths && what == 43) {
      crash(me);
    } else if (deaths && what == 44) {
      cut(me, members[random.nextInt(members.length)]);
    } else if (me.alive) {
      act(me, what);
    }
  }

  private void act(Member me, int what) {
    if (what < 53 || me.handles.isEmpty()) {
      create(me);
    } else if (what < 67) {
      pass(me);
    } else if (what < 75) {
      call(me, anyHandle(me), null);
    } else if (what < 79) {
      ValueId value = anyHandle(me);
      acquire(me, value);
    } else if (what < 83) {
      sendUnsent(me);
    } else {
      me.drop(random.nextInt(me.handles.size()));
    }
  }

  private void create(Member me) {
    int owner = random.nextInt(members.length);
    LifetimeTable.Creation creation = me.table.create(owner);
    note("%d creates %s (holding %d)", me.id, creation.id(), creation.holding());
    Ghost ghost = new Ghost(creation.id(), members.length);
    ghosts.put(creation.id(), ghost);
    me.got(creation.id());
    if (owner == me.id) {
      ghost.created = true;
      return;
    }
    Parcel call = new Parcel(me.id, owner, creation, null, false, List.of(), null);
    if (random.nextInt(4) == 0) {
      me.unsent.add(call);
    } else {
      post(call);
    }
  }

  /** A creation that was kept back is sent, or turns out to be impossible to send. */
  private void sendUnsent(Member me) {
    if (me.unsent.isEmpty()) {
      return;
    }
    Parcel call = takeAt(me.unsent, random.nextInt(me.unsent.size()));
    LifetimeTable.Creation creation = call.creation();
    if (creation != null && random.nextInt(2) == 0) {
      note("%d cannot send the creation of %s", me.id, creation.id());
      ghost(creation.id()).voided = true;
      me.table.creationAborted(creation.id());
    } else {
      post(call);
    }
  }

  private void pass(Member me) {
    int to = random.nextInt(members.length);
    ValueId value = anyHandle(me);
    Carried carried = register(me, value, to);
    if (random.nextInt(8) == 0) {
      note("%d cannot send %s to %d", me.id, value, to);
      if (mutant != Mutant.G2_UNSENT_TRANSFERS_ARE_NOT_UNDONE) {
        me.table.passAborted(value, to, carried.transfer());
      }
    } else {
      post(new Parcel(me.id, to, null, null, false, List.of(carried), null));
    }
  }

  private Carried register(Member me, ValueId value, int to) {
    long transfer = me.table.pass(value, to);
    note("%d passes %s to %d as %d", me.id, value, to, transfer);
    if (transfer == 0) {
      throw new Violation(me.id + " cannot pass " + value + " though it has a handle");
    }
    if (mutant == Mutant.G2_TRANSFERS_DO_NOT_PIN) {
      me.table.passAborted(value, to, transfer);
    }
    return new Carried(value, transfer, me.told.containsKey(value));
  }

  /** Calls the owner, sometimes with a reference, sometimes giving up at once. */
  private void call(Member me, ValueId target, @Nullable ValueId argument) {
    if (!acquire(me, target)) {
      return;
    }
    me.handles.removeLast(); // the call has it now
    List<Carried> references =
        random.nextInt(3) == 0 && target.owner() != me.id
            ? List.of(register(me, anyHandle(me), target.owner()))
            : List.of();
    boolean givesUp = random.nextInt(8) == 0;
    if (givesUp) {
      me.handles.add(target);
      me.drop(me.handles.size() - 1);
    }
    note("%d calls %s", me.id, target);
    post(new Parcel(me.id, target.owner(), null, target, !givesUp, references, null));
  }

  private boolean acquire(Member me, ValueId value) {
    boolean acquired = me.table.acquire(value);
    note("%d acquires %s: %b", me.id, value, acquired);
    if (acquired) {
      me.got(value);
    } else if (!me.told.containsKey(value)) {
      throw new Violation(me.id + " has a handle to " + value + ", which was not lost");
    }
    return acquired;
  }

  private ValueId anyHandle(Member me) {
    return me.handles.get(random.nextInt(me.handles.size()));
  }

  // ---- The network --------------------------------------------------------------------------

  private void post(Mail mail) {
    if (mail.from() != mail.to() && broken(mail.from(), mail.to())) {
      discard(mail);
    } else {
      network.add(mail);
    }
  }

  private boolean broken(int a, int b) {
    return !members[a].alive || !members[b].alive || cut[a][b];
  }

  /** A caller whose call is gone has its handle back. */
  private void discard(Mail mail) {
    if (mail instanceof Parcel parcel) {
      Member caller = members[parcel.target() == null ? parcel.to() : parcel.from()];
      ValueId pinned = parcel.target() == null ? parcel.unpins() : parcel.target();
      boolean pins = parcel.target() == null || parcel.targetIsPinned();
      if (pinned != null && pins && caller.alive) {
        caller.handles.add(pinned);
      }
    }
  }

  private void deliverAny() {
    if (network.isEmpty()) {
      return;
    }
    Mail mail = takeAt(network, random.nextInt(network.size()));
    if (mail instanceof Letter && random.nextInt(quiet ? 8 : 4) == 0) {
      network.add(mail);
    }
    deliver(mail);
  }

  /** Any control message ever sent comes once more. */
  private void repeatAny() {
    if (!sent.isEmpty()) {
      deliver(sent.get(random.nextInt(sent.size())));
    }
  }

  private void repeatThePast() {
    for (Letter letter : sent) {
      if (random.nextInt(2) == 0) {
        network.add(letter);
      }
    }
  }

  private void deliver(Mail mail) {
    Member to = members[mail.to()];
    if (!to.alive) {
      discard(mail);
      return;
    }
    switch (mail) {
      case Letter letter -> deliverLetter(to, letter);
      case Parcel parcel -> deliverParcel(to, parcel);
      case Obituary obituary -> deliverObituary(to, obituary.from());
    }
  }

  private void deliverLetter(Member to, Letter letter) {
    note("%d hears from %d: %s", to.id, letter.from(), letter.message());
    boolean deaf = to.knowsLost(letter.from());
    if (letter.message() instanceof Control.Hold(ValueId id, long number, long settles) && !deaf) {
      ghost(id).ownerHears(letter.from(), number);
    }
    boolean stranger =
        deaf
            && mutant == Mutant.G3_THE_DEAD_ARE_STILL_HEARD
            && letter.message() instanceof Control.Hold;
    to.table.onControl(stranger ? letter.from() + STRANGER : letter.from(), letter.message());
  }

  private void deliverParcel(Member to, Parcel parcel) {
    note("%d receives %s", to.id, parcel);
    int from = parcel.from();
    for (Carried each : parcel.references()) {
      Ghost ghost = ghost(each.id());
      boolean broken =
          each.lost() || from != to.id && broken(from, to.id) || cutOff(from, each.id());
      ghost.received(to.id, from, broken);
      to.got(each.id());
      to.table.received(each.id(), from, each.transfer());
    }
    LifetimeTable.Creation creation = parcel.creation();
    if (creation != null) {
      deliverCreation(to, from, creation);
    }
    ValueId target = parcel.target();
    if (target != null) {
      deliverCall(to, parcel, target);
    }
    ValueId unpins = parcel.unpins();
    if (unpins != null) {
      to.handles.add(unpins);
    }
  }

  private void deliverCreation(Member owner, int from, LifetimeTable.Creation creation) {
    Ghost ghost = ghost(creation.id());
    if (!owner.knowsLost(from)) {
      ghost.ownerHears(from, creation.holding());
    }
    boolean created = owner.table.created(creation.id(), creation.holding());
    if (created != !owner.knowsLost(from)) {
      throw new Violation(owner.id + " answers " + created + " to the creation of " + ghost.id);
    }
    if (created) {
      ghost.created = true;
      owner.got(ghost.id);
    }
  }

  private void deliverCall(Member owner, Parcel call, ValueId target) {
    Ghost ghost = ghost(target);
    boolean used = owner.table.use(target, call.from());
    if (used) {
      owner.got(target);
    } else if (call.targetIsPinned() && mustServe(ghost, call.from())) {
      throw new Violation(owner.id + " has no " + target + " for a call from " + call.from());
    }
    List<Carried> references =
        !owner.handles.isEmpty() && random.nextInt(3) == 0
            ? List.of(register(owner, anyHandle(owner), call.from()))
            : List.of();
    ValueId unpins = call.targetIsPinned() ? target : null;
    post(new Parcel(owner.id, call.from(), null, null, false, references, unpins));
  }

  private void deliverObituary(Member to, int dead) {
    note("%d hears that %d is lost", to.id, dead);
    to.lost |= 1 << dead;
    for (Ghost ghost : ghosts.values()) {
      if (ghost.id.owner() == to.id) {
        ghost.ownerForgets(dead);
      }
    }
    if (mutant == Mutant.G3_DEAD_HOLDERS_ARE_NOT_FORGOTTEN && ownsNothing(dead)
        || mutant == Mutant.G4_DEAD_OWNERS_ARE_NOT_NOTICED && ownsNothing(to.id)) {
      to.lost &= ~(1 << dead);
      return;
    }
    to.table.workerLost(dead);
    for (ValueId value : to.handles) {
      if (value.owner() == dead && to.table.loss(value) == null) {
        throw new Violation(to.id + " still trusts " + value + " of the lost " + dead);
      }
    }
  }

  private boolean ownsNothing(int worker) {
    return ghosts.keySet().stream().noneMatch(id -> id.owner() == worker);
  }

  // ---- Disasters ------------------------------------------------------------------------------

  private void crash(Member dead) {
    if (!dead.alive) {
      return;
    }
    note("%d crashes", dead.id);
    dead.alive = false;
    for (Ghost ghost : ghosts.values()) {
      ghost.handles[dead.id] = 0;
      ghost.sourceBroke(dead.id);
    }
    dead.handles.clear();
    dead.unsent.clear();
    loseSome(mail -> mail.to() == dead.id, mail -> mail.from() == dead.id);
    for (Member other : members) {
      if (other.alive && !other.knowsLost(dead.id)) {
        network.add(new Obituary(dead.id, other.id));
      }
    }
  }

  private void cut(Member a, Member b) {
    if (a == b || broken(a.id, b.id)) {
      return;
    }
    note("%d and %d are cut", a.id, b.id);
    cut[a.id][b.id] = true;
    cut[b.id][a.id] = true;
    for (Ghost ghost : ghosts.values()) {
      ghost.linkBroke(a.id, b.id);
      ghost.linkBroke(b.id, a.id);
      if (ghost.id.owner() == a.id) {
        ghost.sourceBroke(b.id);
      } else if (ghost.id.owner() == b.id) {
        ghost.sourceBroke(a.id);
      }
    }
    loseSome(
        mail -> false,
        mail ->
            mail.from() == a.id && mail.to() == b.id || mail.from() == b.id && mail.to() == a.id);
    network.add(new Obituary(a.id, b.id));
    network.add(new Obituary(b.id, a.id));
  }

  /** Of the mail in the network, loses all of one kind and half of another. */
  private void loseSome(Predicate<Mail> all, Predicate<Mail> half) {
    List<Mail> before = new ArrayList<>(network);
    network.clear();
    for (Mail mail : before) {
      boolean kept =
          mail instanceof Obituary || !all.test(mail) && (!half.test(mail) || random.nextBoolean());
      if (kept) {
        network.add(mail);
      } else {
        discard(mail);
      }
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Everything under way arrives. */
  private void settle() {
    quiet = true;
    for (Member me : members) {
      while (me.alive && !me.unsent.isEmpty()) {
        sendUnsent(me);
      }
    }
    for (int i = 0; !network.isEmpty(); i++) {
      if (i == MAX_PUMP) {
        throw new Violation("the network never falls silent");
      }
      deliverAny();
    }
  }

  private void dropEverything() {
    for (Member me : members) {
      while (!me.handles.isEmpty()) {
        me.drop(random.nextInt(me.handles.size()));
        if (random.nextInt(4) == 0) {
          deliverAny();
        }
      }
    }
  }

  // ---- The promises -----------------------------------------------------------------------------

  /** Whether the worker has a right to the value, as long as it has a handle. */
  private boolean mustServe(Ghost ghost, int worker) {
    return !cutOff(worker, ghost.id)
        && !doomed(ghost)
        && (worker == ghost.id.owner() || !ghost.excused(worker));
  }

  private boolean cutOff(int worker, ValueId id) {
    return worker != id.owner() && broken(worker, id.owner());
  }

  /** Whether the value will never be created. */
  private boolean doomed(Ghost ghost) {
    return !ghost.created && (ghost.voided || broken(ghost.id.creator(), ghost.id.owner()));
  }

  /** Nothing held is ever freed. */
  private void checkFree(Member owner, Ghost ghost) {
    if (!ghost.created || ++ghost.freed > 1) {
      throw new Violation(ghost.id + " freed though not created, or twice");
    }
    for (Member holder : members) {
      if (ghost.handles[holder.id] > 0 && mustServe(ghost, holder.id)) {
        throw new Violation(ghost.id + " freed though " + holder.id + " holds it");
      }
    }
    for (Mail mail : network) {
      if (mail instanceof Parcel parcel
          && !(mail.from() != mail.to() && broken(mail.from(), mail.to()))
          && !cutOff(mail.to(), ghost.id)
          && mustServe(ghost, mail.from())
          && parcel.references().stream()
              .anyMatch(each -> each.id().equals(ghost.id) && !each.lost())) {
        throw new Violation(ghost.id + " freed though " + parcel + " carries it");
      }
    }
  }

  /** A reference is lost only with an excuse. */
  private void checkLost(Member holder, Ghost ghost, Loss reason) {
    boolean excused =
        switch (reason) {
          case OWNER_LOST -> holder.knowsLost(ghost.id.owner());
          case CREATOR_LOST, NOT_CREATED -> doomed(ghost);
          case FREED -> ghost.freed > 0 || doomed(ghost);
          case CLOSED -> false;
        };
    boolean mayLose = ghost.handles[holder.id] == 0 || !mustServe(ghost, holder.id);
    if (!excused || holder.id != ghost.id.owner() && !mayLose) {
      throw new Violation(holder.id + " lost " + ghost.id + " without excuse: " + reason);
    }
  }

  /** When all is delivered: each handle is good or known to be lost; the unheld is freed. */
  private void checkRest() {
    for (Member holder : members) {
      for (ValueId value : holder.handles) {
        Ghost ghost = ghost(value);
        boolean good = ghost.created && ghost.freed == 0 && !cutOff(holder.id, value);
        Loss loss = holder.table.loss(value);
        if (good != (loss == null)) {
          throw new Violation(holder.id + " believes " + loss + " of " + value);
        }
        if (good && !holder.table.isConfirmed(value)) {
          throw new Violation(holder.id + " waits for confirmation of " + value);
        }
      }
    }
    for (Ghost ghost : ghosts.values()) {
      if (ghost.allHandles() == 0) {
        checkFreed(ghost);
      }
    }
  }

  /** Everything unheld is freed, and nothing is remembered of it. */
  private void checkEnd() {
    ghosts.values().forEach(this::checkFreed);
    for (Member me : members) {
      if (me.alive && !me.table.isEmpty()) {
        throw new Violation(
            "%d still has %d values of others and %d of its own: %s"
                .formatted(me.id, me.table.heldCount(), me.table.ownedCount(), me.table.owned()));
      }
    }
  }

  private void checkFreed(Ghost ghost) {
    boolean expected = ghost.created && members[ghost.id.owner()].alive;
    if (expected && ghost.freed != 1) {
      throw new Violation(ghost.id + " is not held and not freed");
    }
  }

  private Ghost ghost(ValueId id) {
    Ghost ghost = ghosts.get(id);
    if (ghost == null) {
      throw new Violation("no such value: " + id);
    }
    return ghost;
  }

  private void note(String format, Object... arguments) {
    if (trace != null) {
      trace.add(format.formatted(arguments));
    }
  }

  private static <T> T takeAt(List<T> list, int index) {
    T last = list.removeLast();
    return index == list.size() ? last : list.set(index, last);
  }
}
