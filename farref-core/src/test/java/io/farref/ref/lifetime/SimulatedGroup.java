package io.farref.ref.lifetime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The workers of a simulation, the network between them, and the true state of their values. */
final class SimulatedGroup {
  /** Ids from here on are of workers that do not exist. */
  static final int STRANGER = 100;

  final Mutant mutant;
  final SimulatedWorker[] workers;
  final Map<ValueId, Ghost> ghosts = new HashMap<>();
  final Promises promises = new Promises(this);

  /** The messages under way, in no order. */
  final List<InFlight> network = new ArrayList<>();

  /** Every control message that was ever sent. */
  final List<InFlight.Control> sent = new ArrayList<>();

  /** A malicious worker that tries to use values that it was not given; or none. */
  final int forger;

  /** Whether no worker was lost yet. */
  boolean calm = true;

  private final boolean[][] cut;
  private final SplittableRandom random;
  private final @Nullable List<String> trace;

  SimulatedGroup(int size, SplittableRandom random, Mutant mutant, @Nullable List<String> trace) {
    this.random = random;
    this.mutant = mutant;
    this.trace = trace;
    forger = random.nextInt(2 * size);
    cut = new boolean[size][size];
    workers = new SimulatedWorker[size];
    for (int i = 0; i < size; i++) {
      workers[i] = new SimulatedWorker(i, this);
    }
  }

  /** Whether the connection between two workers is lost. */
  boolean broken(int a, int b) {
    return a != b && (!workers[a].alive || !workers[b].alive || cut[a][b]);
  }

  /** Whether a worker has lost a value together with its owner. */
  boolean cutOff(int worker, ValueId id) {
    return broken(worker, id.owner());
  }

  /** The token that a reference to a value carries. */
  long token(ValueId id) {
    return workers[id.creator()].tokens.of(id.owner(), id.number());
  }

  Ghost ghost(ValueId id) {
    Ghost ghost = ghosts.get(id);
    if (ghost == null) {
      throw new Violation("no such value: " + id);
    }
    return ghost;
  }

  void post(InFlight inFlight) {
    if (broken(inFlight.from(), inFlight.to())) {
      discard(inFlight);
    } else {
      network.add(inFlight);
    }
  }

  /** A message is lost; if it was a call or a reply, the caller gets its handle back. */
  void discard(InFlight inFlight) {
    if (inFlight instanceof InFlight.UserMessage message) {
      ValueId target = message.target();
      ValueId pinned = message.targetIsPinned() ? target : message.unpins();
      SimulatedWorker caller = workers[target == null ? message.to() : message.from()];
      if (pinned != null && caller.alive) {
        caller.handles.add(pinned);
      }
    }
  }

  void crash(SimulatedWorker dead) {
    if (!dead.alive) {
      return;
    }
    note("%d crashes", dead.id);
    calm = false;
    dead.alive = false;
    for (Ghost ghost : ghosts.values()) {
      ghost.handles[dead.id] = 0;
      ghost.sourceBroke(dead.id);
    }
    dead.handles.clear();
    dead.unsent.clear();
    dead.forged.clear();
    loseInFlight(inFlight -> inFlight.to() == dead.id, inFlight -> inFlight.from() == dead.id);
    for (SimulatedWorker other : workers) {
      if (other.alive && !other.knowsLost(dead.id)) {
        network.add(new InFlight.LossNotice(dead.id, other.id));
      }
    }
  }

  void cut(SimulatedWorker one, SimulatedWorker two) {
    int a = one.id;
    int b = two.id;
    if (a == b || broken(a, b)) {
      return;
    }
    note("%d and %d are cut", a, b);
    calm = false;
    cut[a][b] = true;
    cut[b][a] = true;
    for (Ghost ghost : ghosts.values()) {
      ghost.linkBroke(a, b);
      ghost.linkBroke(b, a);
      if (ghost.id.owner() == a) {
        ghost.sourceBroke(b);
      } else if (ghost.id.owner() == b) {
        ghost.sourceBroke(a);
      }
    }
    loseInFlight(
        _ -> false,
        inFlight ->
            (inFlight.from() == a && inFlight.to() == b)
                || (inFlight.from() == b && inFlight.to() == a));
    network.add(new InFlight.LossNotice(a, b));
    network.add(new InFlight.LossNotice(b, a));
  }

  /** Loses all messages of one kind and half of another. */
  private void loseInFlight(Predicate<InFlight> all, Predicate<InFlight> half) {
    List<InFlight> before = new ArrayList<>(network);
    network.clear();
    for (InFlight inFlight : before) {
      boolean lost = all.test(inFlight) || (half.test(inFlight) && random.nextBoolean());
      if (inFlight instanceof InFlight.LossNotice || !lost) {
        network.add(inFlight);
      } else {
        discard(inFlight);
      }
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // that annotation would be a dependency
  void note(String format, Object... arguments) {
    if (trace != null) {
      trace.add(format.formatted(arguments));
    }
  }

  /** Takes one out of a list whose order does not matter. */
  static <T> T takeAt(List<T> list, int index) {
    T last = list.removeLast();
    return index == list.size() ? last : list.set(index, last);
  }
}
