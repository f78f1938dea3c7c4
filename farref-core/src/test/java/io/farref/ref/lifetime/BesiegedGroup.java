package io.farref.ref.lifetime;

import io.farref.bytes.MalformedException;
import io.farref.ref.lifetime.TestGroup.Control;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two honest workers, 0 and 1, with real tables, and two malicious ones, 2 and 3, that know what
 * either of them was given, and send any messages. The bytes of an input choose what each does.
 */
final class BesiegedGroup {
  private static final int HONEST = 2;
  private static final int WORKERS = 4;
  private static final int LIMIT = 6;
  private static final int MOST_PINS = 200;

  private final byte[] input;
  private int at;
  private final TestGroup group = new TestGroup(WORKERS, LIMIT, 1);

  /** What the honest workers have, one entry for each handle. */
  private final List<List<RefEntry>> handles = List.of(new ArrayList<>(), new ArrayList<>());

  /** The values that must not be freed before the end: each honest worker has one of the other. */
  private final List<RefEntry> kept;

  private final List<Passed> passed = new ArrayList<>();
  private final List<Creation> creations = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<ValueId> known = new ArrayList<>();
  private final Set<ValueId> given = new HashSet<>();
  private final Set<ValueId> live = new HashSet<>();
  private final int[] passes = new int[HONEST];
  private int freed;

  /** A reference that an honest worker has sent to the other one. */
  private record Passed(ValueId id, long token, int from, int to, long transfer) {}

  /** A creation that an honest worker has not sent yet. */
  private record Creation(int by, UserEntry entry) {}

  /** A call of a malicious worker that waits for a value. */
  private record Waiting(int owner, OwnerEntry entry, ControlMessage.Hold claim) {}

  BesiegedGroup(byte[] input) {
    this.input = input;
    kept = List.of(keep(0), keep(1));
  }

  /** A value that one honest worker makes on the other. */
  private RefEntry keep(int by) {
    UserEntry entry = (UserEntry) table(by).open(1 - by);
    creations.add(new Creation(by, entry));
    arrive(creations.removeFirst());
    handles.get(1 - by).clear();
    table(1 - by).release(table(1 - by).owned(entry.id()));
    group.deliverAll();
    return entry;
  }

  private LifetimeTable table(int worker) {
    return group.table(worker).table;
  }

  boolean hasMore() {
    return at < input.length;
  }

  private int next() {
    return at < input.length ? input[at++] & 0xFF : 0;
  }

  private int honest() {
    return next() & 1;
  }

  private int malicious() {
    return HONEST + (next() & 1);
  }

  private static boolean isHonest(int worker) {
    return worker < HONEST;
  }

  /** An id that is in use, or another one. */
  private ValueId id() {
    int choice = next();
    return choice < 0xA0 && !known.isEmpty()
        ? known.get(choice % known.size())
        : new ValueId(choice & 3, choice >> 2 & 3, next() & 7);
  }

  private void learn(ValueId id) {
    if (!known.contains(id)) {
      known.add(id);
    }
  }

  /** Whether the malicious workers were given a value: else they can only guess its token. */
  private boolean isGiven(ValueId id) {
    return !isHonest(id.owner()) || !isHonest(id.creator()) || given.contains(id);
  }

  private long token(ValueId id) {
    return (next() & 3) == 0 || !isGiven(id) ? next() : group.token(id);
  }

  private @Nullable RefEntry handle(int worker) {
    List<RefEntry> all = handles.get(worker);
    int choice = next();
    return all.isEmpty() ? null : all.get(choice % all.size());
  }

  private void took(int worker, RefEntry entry) {
    handles.get(worker).add(entry);
    learn(entry.id());
  }

  void step() {
    switch (next() & 0xF) {
      case 0, 1, 2 -> control();
      case 3 -> open();
      case 4 -> createMaliciously();
      case 5, 6 -> pass();
      case 7 -> receive();
      case 8, 9 -> receiveMaliciously();
      case 10 -> use();
      case 11 -> release(honest());
      case 12 -> acquire();
      case 13 -> deliver(next());
      case 14 -> endCreation();
      default -> lose();
    }
  }

  private void control() {
    int from = malicious();
    int to = honest();
    int kind = next();
    ValueId id = id();
    long number = next() & 0xF;
    ControlMessage message =
        switch (kind % 9) {
          case 0 -> new ControlMessage.Hold(id, number, 0, token(id));
          case 1 -> new ControlMessage.Hold(id, number, 1 + (next() & 0xF), token(id));
          case 2 -> new ControlMessage.Held(id, number);
          case 3 -> new ControlMessage.Gone(id, number, LossReason.ofCode(next() % 7));
          case 4 -> new ControlMessage.Release(id, number);
          case 5 -> new ControlMessage.Done(id, 1 + (next() & 0x1F));
          case 6 -> new ControlMessage.Voided(id);
          case 7 -> new ControlMessage.Full(id, number, next());
          default -> new ControlMessage.Origin(id, new StackTraceElement("C", "m", null, next()));
        };
    learn(id);
    try {
      table(to).onControl(from, message);
    } catch (MalformedException e) {
      table(to).workerLost(from); // its connection ends
    }
  }

  /** An honest worker makes a value, here or there. */
  private void open() {
    int by = honest();
    int owner = next() & 3;
    RefEntry entry = table(by).open(owner);
    took(by, entry);
    if (entry instanceof UserEntry user) {
      creations.add(new Creation(by, user));
    } else {
      live.add(entry.id());
    }
  }

  /** A creation of an honest worker is sent and arrives, is not sent, or is given up. */
  private void endCreation() {
    int choice = next();
    if (creations.isEmpty()) {
      return;
    }
    Creation creation = creations.remove(choice % creations.size());
    switch (next() & 7) {
      case 0 -> table(creation.by).creationAborted(creation.entry);
      case 1 -> {
        arrive(creation);
        table(creation.by).creationTimedOut(creation.entry);
      }
      default -> arrive(creation);
    }
  }

  /** The call that creates a value is ahead of what its creator says of the value later. */
  private void arriveBefore(Control control) {
    for (Creation each : List.copyOf(creations)) {
      if (each.by == control.from() && each.entry.id().equals(control.message().id())) {
        creations.remove(each);
        arrive(each);
      }
    }
  }

  private void arrive(Creation creation) {
    ValueId id = creation.entry.id();
    if (isHonest(id.owner())) {
      OwnerEntry made = table(id.owner()).created(id, creation.entry.holding(), group.token(id));
      if (made != null) {
        took(id.owner(), made);
        live.add(id);
      }
    }
  }

  private void createMaliciously() {
    int owner = honest();
    ValueId id = new ValueId(owner, malicious(), next() & 0xF);
    learn(id);
    OwnerEntry made = table(owner).created(id, next() & 7, group.token(id));
    if (made != null) {
      took(owner, made);
      live.add(id);
    }
  }

  /** An honest worker puts a reference into a message. */
  private void pass() {
    int from = honest();
    RefEntry entry = handle(from);
    int to = next() & 3;
    if (entry == null || to == from || passes[from] > MOST_PINS) {
      return;
    }
    long transfer = table(from).pass(entry, to);
    if (transfer == 0) {
      return;
    }
    passes[from]++;
    if (isHonest(to)) {
      passed.add(new Passed(entry.id(), table(from).token(entry), from, to, transfer));
    } else if (table(from).token(entry) == group.token(entry.id())) {
      given.add(entry.id());
    }
  }

  /** The message arrives, or could not be sent. */
  private void receive() {
    int choice = next();
    if (!passed.isEmpty()) {
      Passed each = passed.remove(choice % passed.size());
      if (choice > 0xE0) {
        table(each.from).passAborted(each.id, each.to, each.transfer);
      } else {
        receive(each);
      }
    }
  }

  private void receive(Passed each) {
    took(each.to, table(each.to).received(each.id, each.token, each.from, each.transfer));
  }

  private void receiveMaliciously() {
    int to = honest();
    ValueId id = id();
    took(to, table(to).received(id, token(id), malicious(), 1 + (next() & 0xF)));
  }

  /** A malicious worker calls a value. */
  private void use() {
    ValueId id = id();
    int from = malicious();
    if (isHonest(id.owner())) {
      table(id.owner())
          .use(
              id,
              from,
              (entry, claim) -> {
                took(id.owner(), entry);
                if (claim != null) {
                  waiting.add(new Waiting(id.owner(), entry, claim));
                } else if (!isGiven(id)) {
                  throw new AssertionError(from + " is served " + id + ", which it was not given");
                }
                return entry;
              });
    }
  }

  private void release(int worker) {
    RefEntry entry = handle(worker);
    if (entry != null) {
      handles.get(worker).remove(entry);
      table(worker).release(entry);
    }
  }

  private void acquire() {
    int worker = honest();
    RefEntry entry = handle(worker);
    if (entry != null && table(worker).acquire(entry)) {
      took(worker, entry);
    }
  }

  private void deliver(int most) {
    for (int left = most & 0xF; left >= 0 && !group.network.isEmpty(); left--) {
      Control control = group.network.remove();
      if (isHonest(control.to())) {
        arriveBefore(control);
        group.deliver(control);
        if (most > 0xF0) {
          group.deliver(control); // twice
        }
      }
    }
  }

  private void lose() {
    table(honest()).workerLost(malicious());
  }

  /** What must hold at any time. */
  void check() {
    for (; freed < group.freed.size(); freed++) {
      ValueId id = group.freed.get(freed);
      for (RefEntry each : handles.get(id.owner())) {
        if (each.id().equals(id) && each.loss() == null) {
          throw new AssertionError(id + " is freed, and its owner has a handle");
        }
      }
      if (group.freed.indexOf(id) < freed || !live.contains(id)) {
        throw new AssertionError(id + " is freed twice, or was not created");
      }
    }
    for (RefEntry each : kept) {
      if (group.freed.contains(each.id()) || each.loss() != null || !each.confirmed()) {
        throw new AssertionError("an honest worker has lost " + each.id());
      }
    }
    for (Waiting each : waiting) {
      ValueId id = each.entry.id();
      if (each.entry.loss() == null
          && !isGiven(id)
          && table(each.owner).vouches(each.entry, each.claim.token())) {
        throw new AssertionError("a guess is served " + id);
      }
    }
    for (int i = 0; i < HONEST; i++) {
      int most = handles.get(i).size() + passes[i] + WORKERS * LIMIT;
      if (table(i).ownedCount() > most) {
        throw new AssertionError(i + " has " + table(i).ownedCount() + " values for others");
      }
    }
  }

  /** The malicious workers are lost, the others let go of all: nothing may be left. */
  void end() {
    creations.forEach(each -> table(each.by).creationAborted(each.entry));
    creations.clear();
    passed.forEach(this::receive);
    for (int i = 0; i < HONEST; i++) {
      for (int lost = HONEST; lost < WORKERS; lost++) {
        table(i).workerLost(lost);
      }
      while (!handles.get(i).isEmpty()) {
        release(i);
      }
    }
    deliverAll();
    waiting.clear();
    check();
    table(0).release(kept.get(0));
    table(1).release(kept.get(1));
    deliverAll();
    for (int i = 0; i < HONEST; i++) {
      if (table(i).ownedCount() + table(i).heldCount() > 0) {
        throw new AssertionError(
            i
                + " still has "
                + table(i).owned()
                + " and "
                + table(i).heldCount()
                + " values of others");
      }
    }
    for (ValueId id : live) {
      if (isHonest(id.owner()) && !group.freed.contains(id)) {
        throw new AssertionError(id + " is not freed");
      }
    }
  }

  private void deliverAll() {
    while (!group.network.isEmpty()) {
      deliver(0xF);
    }
  }
}
