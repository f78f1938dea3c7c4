package io.farref.ref.lifetime;

import io.farref.ref.guard.ValueSlot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Tables of a few workers and a network that delivers when the test says so. */
final class TestGroup {
  /** A message on its way. */
  record Control(int from, int to, ControlMessage message) {}

  /** A reference lost. */
  record Lost(int worker, ValueId id, LossReason reason) {}

  final TableById[] tables;
  final Deque<Control> network = new ArrayDeque<>();
  final List<Control> sent = new ArrayList<>();
  final List<ValueId> freed = new ArrayList<>();
  final List<Lost> lost = new ArrayList<>();

  TestGroup(int workers) {
    this(workers, Integer.MAX_VALUE);
  }

  TestGroup(int workers, int maxHeld) {
    this(workers, maxHeld, 64);
  }

  TestGroup(int workers, int maxHeld, int stripes) {
    tables = new TableById[workers];
    for (int i = 0; i < workers; i++) {
      tables[i] =
          new TableById(
              new LifetimeTable(
                  i, listener(i), maxHeld, ValueSlot::new, parts(tokens(i), stripes)));
    }
  }

  private LifetimeTable.Listener listener(int self) {
    return new LifetimeTable.Listener() {
      @Override
      public void send(int worker, ControlMessage message) {
        Control control = new Control(self, worker, message);
        network.add(control);
        sent.add(control);
      }

      @Override
      public void free(OwnerEntry entry) {
        freed.add(entry.id());
      }

      @Override
      public void lost(RefEntry entry, LossReason reason) {
        lost.add(new Lost(self, entry.id(), reason));
      }

      @Override
      public void origin(OwnerEntry entry, StackTraceElement site) {}
    };
  }

  private static LifetimeTable.Parts parts(ReferenceTokens tokens, int stripes) {
    return new LifetimeTable.Parts(
        tokens, stripes, Stripe::new, Holders::new, CreationWatermark::new);
  }

  private static ReferenceTokens tokens(int creator) {
    return new ReferenceTokens(creator, 1);
  }

  /** The token that a reference to a value carries. */
  long token(ValueId id) {
    return tokens(id.creator()).of(id.owner(), id.number());
  }

  TableById table(int worker) {
    return tables[worker];
  }

  /**
   * A value that {@code creator} made on {@code owner}; all is settled, the creator has a handle.
   */
  ValueId value(int owner, int creator) {
    TableById.Creation creation = tables[creator].create(owner);
    if (owner != creator) {
      arrive(creation);
    }
    deliverAll();
    return creation.id();
  }

  /** The call that creates a value is delivered and runs. */
  void arrive(TableById.Creation creation) {
    TableById owner = tables[creation.id().owner()];
    if (owner.created(creation.id(), creation.holding(), creation.token()) == null) {
      throw new AssertionError(creation + " refused");
    }
    owner.release(creation.id());
  }

  /** Passes a reference in a message that arrives at once; control messages stay under way. */
  void hand(ValueId id, int from, int to) {
    tables[to].received(id, token(id), from, tables[from].pass(id, to));
  }

  /** Delivers all messages under way, oldest first, and those that they cause. */
  void deliverAll() {
    while (!network.isEmpty()) {
      deliver(network.remove());
    }
  }

  /** Delivers one message; it may have been delivered before. */
  void deliver(Control control) {
    tables[control.to].onControl(control.from, control.message);
  }

  /** Takes messages of one kind off the network, to be delivered later or never. */
  <M extends ControlMessage> List<Control> holdBack(Class<M> kind) {
    List<Control> held = network.stream().filter(each -> kind.isInstance(each.message)).toList();
    network.removeAll(held);
    return held;
  }

  /** How many messages of one kind were ever sent. */
  long count(Class<? extends ControlMessage> kind) {
    return sent.stream().filter(each -> kind.isInstance(each.message)).count();
  }

  boolean allEmpty() {
    for (TableById table : tables) {
      if (!table.isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
