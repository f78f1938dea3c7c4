package io.farref.ref;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A worker of a simulated group: its table, and what the program on it has. */
final class SimulatedWorker implements LifetimeTable.Listener {
  final int id;
  final Tokens tokens;
  final LifetimeTable table;

  /** One element for each handle that the program has and no call uses. */
  final List<ValueId> handles = new ArrayList<>();

  /** What the table said of lost values. */
  final Map<ValueId, Loss> told = new HashMap<>();

  /** Creations that are not sent yet. */
  final List<Mail.Parcel> unsent = new ArrayList<>();

  boolean alive = true;
  private int lost; // bits
  private final SimulatedGroup group;

  SimulatedWorker(int id, SimulatedGroup group) {
    this.id = id;
    this.group = group;
    tokens = new Tokens(id, 1);
    table =
        new LifetimeTable(
            id, this, tokens, Integer.MAX_VALUE, 1, group.mutant.holders, group.mutant.creations);
  }

  @Override
  public void send(int worker, Control message) {
    if (worker == id || knowsLost(worker)) {
      throw new Violation(id + " sends " + message + " to " + worker + ", itself or dead");
    }
    if (message instanceof Control.Release(ValueId value, long number)) {
      group.ghost(value).releaseSent(id, number);
    }
    if (group.mutant.drops(message) || worker >= SimulatedGroup.STRANGER) {
      return;
    }
    Mail.Letter letter = new Mail.Letter(id, worker, message);
    group.sent.add(letter);
    group.post(letter);
    if (group.mutant == Mutant.G2_PASSERS_LET_GO_BEFORE_THE_OWNER_KNOWS
        && message instanceof Control.Hold(ValueId value, long number, _, _)) {
      table.onControl(worker, new Control.Held(value, number));
    }
  }

  @Override
  public void free(OwnerEntry entry) {
    ValueId value = entry.id();
    group.note("%d frees %s", id, value);
    group.promises.checkFree(group.ghost(value));
  }

  @Override
  public void lost(Entry entry, Loss reason) {
    ValueId value = entry.id();
    group.note("%d loses %s: %s", id, value, reason);
    if (reason == Loss.NOT_GIVEN) {
      if (entry.token(tokens) == group.token(value)) {
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

  /** The program gives a handle back. */
  void drop(int index) {
    ValueId value = SimulatedGroup.takeAt(handles, index);
    group.note("%d drops %s", id, value);
    group.ghost(value).handles[id]--;
    table.release(value);
  }
}
