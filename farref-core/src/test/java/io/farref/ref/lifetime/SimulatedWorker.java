package io.farref.ref.lifetime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A worker of a simulated group: its table, and the handles of the program on it. */
final class SimulatedWorker implements LifetimeTable.Listener {
  final int id;
  final ReferenceTokens tokens;
  final TableById table;

  /** One element for each handle that the program has and no call uses. */
  final List<ValueId> handles = new ArrayList<>();

  /** The losses that the table reported. */
  final Map<ValueId, LossReason> told = new HashMap<>();

  /** Creations that are not sent yet. */
  final List<InFlight.UserMessage> unsent = new ArrayList<>();

  /** References with wrong tokens that the program keeps. */
  final List<RefEntry> forged = new ArrayList<>();

  /** Forged references that the program has closed; each lasts until the owner has answered. */
  private final List<RefEntry> closedForged = new ArrayList<>();

  boolean alive = true;
  private boolean closing;
  private boolean closed;
  private int lost; // bits
  private final SimulatedGroup group;

  SimulatedWorker(int id, SimulatedGroup group) {
    this.id = id;
    this.group = group;
    tokens = new ReferenceTokens(id, 1);
    table =
        new TableById(
            new LifetimeTable(
                id, this, Integer.MAX_VALUE, Object::new, group.mutant.parts(tokens)));
  }

  @Override
  public void send(int worker, ControlMessage message) {
    checkOpen();
    if (worker == id || knowsLost(worker)) {
      throw new Violation(id + " sends " + message + " to " + worker + ", itself or dead");
    }
    if (message instanceof ControlMessage.Release(ValueId value, long number)) {
      group.ghost(value).releaseSent(id, number);
    }
    if (group.mutant.drops(message) || worker >= SimulatedGroup.STRANGER) {
      return;
    }
    InFlight.Control control = new InFlight.Control(id, worker, message);
    group.sent.add(control);
    group.post(control);
    if (group.mutant == Mutant.G2_PASSERS_LET_GO_BEFORE_THE_OWNER_KNOWS
        && message instanceof ControlMessage.Hold(ValueId value, long number, _, _)) {
      table.onControl(worker, new ControlMessage.Held(value, number));
    }
  }

  @Override
  public void free(OwnerEntry entry) {
    checkOpen();
    ValueId value = entry.id();
    group.note("%d frees %s", id, value);
    group.promises.checkFree(group.ghost(value));
  }

  @Override
  public void lost(RefEntry entry, LossReason reason) {
    ValueId value = entry.id();
    group.note("%d loses %s: %s", id, value, reason);
    checkOpen();
    if (closing != (reason == LossReason.CLOSED)) {
      throw new Violation(id + " loses " + value + " while it is open or closes: " + reason);
    }
    boolean isTrue = entry.token(tokens) == group.token(value);
    if (closing || (entry instanceof UserEntry && !isTrue)) {
      return;
    }
    if (reason == LossReason.NOT_GIVEN) {
      if (isTrue && !isMisled(value)) {
        throw new Violation(id + " is told that a true reference to " + value + " was forged");
      }
      return;
    }
    told.put(value, reason);
    boolean bornLost = value.creator() == id && !group.ghosts.containsKey(value);
    if (!bornLost || !knowsLost(value.owner())) {
      group.promises.checkLost(this, group.ghost(value), reason);
    }
  }

  @Override
  public void origin(OwnerEntry entry, StackTraceElement site) {}

  private void checkOpen() {
    if (closed) {
      throw new Violation("the table of " + id + " does something after it was closed");
    }
  }

  /** Whether a forged reference came before, of which the owner has not said yet that it is one. */
  private boolean isMisled(ValueId value) {
    return Stream.concat(forged.stream(), closedForged.stream())
        .filter(each -> each.loss() == null && !each.ended())
        .anyMatch(each -> each.id().equals(value));
  }

  /** Uses an entry as a thread does that looked at a reference before another thread closed it. */
  void touchStale(SplittableRandom random) {
    RefEntry stale = table.stale(random);
    if (stale == null) {
      return;
    }
    group.note("%d touches an entry of %s without a handle", id, stale.id());
    boolean acquired = table.table.acquire(stale);
    if (group.mutant == Mutant.G1_ENDED_ENTRIES_GIVE_HANDLES) {
      stale.addHandle();
      acquired = true;
    }
    if (acquired || table.table.pass(stale, random.nextInt(group.workers.length)) != 0) {
      throw new Violation(id + " makes a handle on " + stale.id() + " of none");
    }
    if (stale.ended() && table.table.isConfirmed(stale)) {
      throw new Violation(id + " has an ended entry of " + stale.id() + " confirmed");
    }
  }

  /** The worker closes; the program still has its references, and uses them. */
  void close(SplittableRandom random) {
    group.note("%d closes", id);
    List<ValueId> left = List.copyOf(handles);
    closing = true;
    table.shutdown();
    closed = true;
    for (ValueId value : left) {
      if (table.acquire(value)
          || table.pass(value, random.nextInt(group.workers.length)) != 0
          || table.isConfirmed(value)
          || table.loss(value) != LossReason.CLOSED) {
        throw new Violation(id + " is closed, but uses " + value);
      }
      table.release(value);
    }
    table.create(random.nextInt(group.workers.length));
    for (InFlight.Control control : group.sent) {
      if (control.to() == id) {
        table.onControl(control.from(), control.message());
      }
    }
    if (!table.isEmpty()) {
      throw new Violation(id + " is closed, but something is in its table");
    }
    group.crash(this);
  }

  boolean knowsLost(int worker) {
    return (lost & 1 << worker) != 0;
  }

  void hearsLost(int worker) {
    lost |= 1 << worker;
  }

  /** The program has one handle more. */
  void got(ValueId value) {
    handles.add(value);
    group.ghost(value).handles[id]++;
  }

  /** The reference was of no use. */
  void gotNothing(RefEntry dead) {
    group.ghost(handles.removeLast()).handles[id]--;
    table.table.release(dead);
  }

  /** The program closes a forged reference. */
  void dropForged(int index) {
    RefEntry dropped = SimulatedGroup.takeAt(forged, index);
    closedForged.add(dropped);
    table.table.release(dropped);
  }

  /** The program gives a handle back. */
  void drop(int index) {
    ValueId value = SimulatedGroup.takeAt(handles, index);
    group.note("%d drops %s", id, value);
    group.ghost(value).handles[id]--;
    table.release(value);
  }
}
