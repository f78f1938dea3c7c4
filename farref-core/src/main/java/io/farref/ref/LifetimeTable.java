package io.farref.ref;

import io.farref.bytes.MalformedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All references of one worker, to its own values and to those of others, and the protocol by which
 * workers agree on when a value may die: see the package's description for G1 to G5.
 *
 * <p>A worker counts as one holder of a value however many handles it has. Handles are what the
 * rest of the worker counts with: one for each reference object, call in flight, and call that runs
 * on the value. Each handle that a method gives is given back by one {@link #release}.
 *
 * <p>Thread-safe. Each method is atomic for the value it is about, and calls the listener on the
 * calling thread before it returns, holding no lock.
 */
public final class LifetimeTable {
  /** What the table wants done. Called without a lock, by many threads at once; must not block. */
  public interface Listener {
    /** Bring a message to another worker: at least once, in any order, unless a side is lost. */
    void send(int worker, Control message);

    /**
     * Nothing in the group refers to this value of ours any more: drop it. Called exactly once for
     * each value that was created here and not lost.
     */
    void free(ValueId id);

    /**
     * References to this value are dead: fail their uses. Called at most once while this worker has
     * the value in its table, on a user's side or, for a value that never came to be, the owner's.
     * Handles are given back as ever.
     */
    void lost(ValueId id, Loss reason);
  }

  /**
   * A value that this worker asked for.
   *
   * @param id the value
   * @param holding travels in the call that creates it; 0 if the value lives here
   */
  public record Creation(ValueId id, long holding) {}

  private static final int STRIPES = 64;

  private final int self;
  private final Supplier<Holders> newHolders;
  private final Supplier<Creations> newCreations;
  private final Stripes stripes;
  private final AtomicLong lastHolding = new AtomicLong();
  private final AtomicLong lastTransfer = new AtomicLong();
  private final Map<Integer, AtomicLong> nextNumbers = new ConcurrentHashMap<>();
  private final Map<Integer, Creations> creations = new ConcurrentHashMap<>();
  private final Set<Integer> lost = ConcurrentHashMap.newKeySet();

  /**
   * Makes an empty table.
   *
   * @param self this worker's id, which no other worker of the group ever has
   */
  public LifetimeTable(int self, Listener listener) {
    this(self, listener, STRIPES, Holders::new, Creations::new);
  }

  LifetimeTable(
      int self,
      Listener listener,
      int stripes,
      Supplier<Holders> newHolders,
      Supplier<Creations> newCreations) {
    this.self = self;
    this.newHolders = newHolders;
    this.newCreations = newCreations;
    this.stripes = new Stripes(stripes, self, lost, listener);
  }

  // ---- What this worker does -----------------------------------------------------------------

  /**
   * Names a value that is to be created, by this worker, on {@code owner}: one handle. The caller
   * then sends the call that creates it, with the holding, or undoes by {@link #creationAborted}.
   * If the owner is lost, so is the value, and the listener is told before this returns.
   */
  public Creation create(int owner) {
    long number = nextNumbers.computeIfAbsent(owner, _ -> new AtomicLong()).getAndIncrement();
    ValueId id = new ValueId(owner, self, number);
    long holding = owner == self ? 0 : lastHolding.incrementAndGet();
    stripes.step(
        id,
        (stripe, effects) -> {
          if (owner == self) {
            OwnerEntry entry = new OwnerEntry(id, newHolders.get());
            stripe.add(entry);
            entry.createdHere();
          } else {
            UserEntry entry = UserEntry.creating(id, holding);
            stripe.add(entry);
            loseIfOwnerIsLost(entry, effects);
          }
        });
    return new Creation(id, holding);
  }

  /**
   * The call that should have created a value will not be sent: the value is lost, here and for
   * whomever its reference was passed to. The handle stays the caller's.
   *
   * @throws IllegalArgumentException if another worker created it
   */
  public void creationAborted(ValueId id) {
    if (id.creator() != self) {
      throw new IllegalArgumentException("value " + id + " was not created by worker " + self);
    }
    stripes.step(
        id,
        (stripe, effects) -> {
          Entry entry = stripe.get(id);
          if (entry != null) {
            entry.lose(Loss.NOT_CREATED, effects);
          }
          effects.send(id.owner(), new Control.Voided(id));
        });
  }

  /**
   * Takes one handle more; the caller has one already.
   *
   * @return false if it has none, or the value is lost: {@link #loss} tells which
   */
  public boolean acquire(ValueId id) {
    Stripe stripe = stripes.of(id);
    synchronized (stripe) {
      Entry entry = stripe.get(id);
      if (entry == null || !entry.hasHandles() || entry.loss() != null) {
        return false;
      }
      entry.addHandle();
      return true;
    }
  }

  /**
   * Gives one handle back. With the last one this worker's hold on the value ends, once no transfer
   * of it is under way (G1).
   *
   * @throws IllegalStateException if there was no handle to give back
   */
  public void release(ValueId id) {
    stripes.step(
        id,
        (stripe, effects) -> {
          Entry entry = stripe.get(id);
          if (entry != null) {
            entry.dropHandle();
            entry.endIfUnused(effects);
          } else {
            throw new IllegalStateException(
                "value " + id + " was released more often than acquired");
          }
        });
  }

  /**
   * Registers that a reference goes into a message to a worker, which may be the owner or this one.
   * It is pinned here until the receiver is done (G2), is lost, or {@link #passAborted} is called.
   *
   * @return the transfer's number, to travel with the reference; 0 if there is no handle here, so
   *     that the reference must not be passed
   */
  public long pass(ValueId id, int to) {
    Stripe stripe = stripes.of(id);
    synchronized (stripe) {
      Entry entry = stripe.get(id);
      if (entry == null || !entry.hasHandles()) {
        return 0;
      }
      long transfer = lastTransfer.incrementAndGet();
      if (entry.loss() == null && !lost.contains(to)) {
        entry.open(transfer, to);
      }
      return transfer;
    }
  }

  /** The message could not be encoded or sent: undoes {@link #pass}. */
  public void passAborted(ValueId id, int to, long transfer) {
    stripes.step(
        id,
        (stripe, effects) -> {
          Entry entry = stripe.get(id);
          if (entry != null) {
            entry.close(transfer, to);
            entry.endIfUnused(effects);
          }
        });
  }

  // ---- What comes from other workers -----------------------------------------------------------

  /**
   * A call that creates a value here came: one handle, to be given back when the value is in its
   * place or its creation has failed, so that {@link Listener#free} is not called before.
   *
   * @param holding the creator's, from the call
   * @return false if the call is to be dropped: its sender is lost, or it came before
   * @throws IllegalArgumentException if the value is not another worker's creation on this one
   */
  public boolean created(ValueId id, long holding) {
    if (id.owner() != self || id.creator() == self) {
      throw new IllegalArgumentException("value " + id + " cannot be created for others here");
    }
    return stripes.ask(
        id,
        (stripe, effects) -> {
          if (lost.contains(id.creator()) || !creationsOf(id.creator()).add(id.number())) {
            return false;
          }
          OwnerEntry entry = (OwnerEntry) stripe.get(id);
          if (entry == null) {
            entry = new OwnerEntry(id, newHolders.get());
            stripe.add(entry);
          }
          entry.created(holding, effects);
          return true;
        });
  }

  /**
   * A call on a value of ours came: one handle. The value may still be awaited.
   *
   * @return false if the value is gone
   */
  public boolean use(ValueId id, int from) {
    return stripes.ask(
        id,
        (stripe, effects) -> {
          OwnerEntry entry = id.owner() != self || lost.contains(from) ? null : owned(stripe, id);
          if (entry == null || entry.loss() != null) {
            return false;
          }
          entry.addHandle();
          return true;
        });
  }

  /**
   * A reference came in a message, also one from oneself: one handle, even if the value turns out
   * to be lost, of which the listener is told before this returns.
   *
   * @param transfer the number that {@link #pass} gave at the sender
   */
  public void received(ValueId id, int from, long transfer) {
    stripes.step(
        id,
        (stripe, effects) -> {
          Entry entry = id.owner() == self ? owned(stripe, id) : stripe.get(id);
          if (entry == null) {
            addReceived(stripe, id, from, transfer, effects);
          } else if (from == self) {
            entry.addHandle();
            entry.close(transfer, self);
          } else {
            entry.received(from, transfer, effects);
          }
        });
  }

  private void addReceived(Stripe stripe, ValueId id, int from, long transfer, Effects effects) {
    if (id.owner() == self) {
      OwnerEntry entry = new OwnerEntry(id, newHolders.get());
      stripe.add(entry);
      entry.received(from, transfer, effects);
      entry.lose(reasonForAbsence(id), effects);
    } else {
      UserEntry entry =
          UserEntry.receiving(id, lastHolding.incrementAndGet(), from, transfer, effects);
      stripe.add(entry);
      loseIfOwnerIsLost(entry, effects);
    }
  }

  /**
   * A control message came. One from a lost worker is ignored.
   *
   * @throws MalformedException if the sender has no business to send it
   */
  public void onControl(int from, Control message) {
    ValueId id = message.id();
    switch (message) {
      case Control.Hold m -> {
        check(id.owner() == self, from, m);
        hear(from, id, (stripe, effects) -> hold(stripe, from, m, effects));
      }
      case Control.Release m -> {
        check(id.owner() == self, from, m);
        hear(
            from,
            id,
            (stripe, effects) -> {
              OwnerEntry entry = owned(stripe, id);
              if (entry != null) {
                entry.release(from, m.number(), effects);
              }
            });
      }
      case Control.Voided m -> {
        check(id.owner() == self && id.creator() == from, from, m);
        hear(
            from,
            id,
            (stripe, effects) -> {
              Entry entry = stripe.get(id);
              if (creationsOf(from).add(id.number()) && entry != null) {
                entry.lose(Loss.NOT_CREATED, effects);
              }
            });
      }
      case Control.Held m -> {
        check(id.owner() == from, from, m);
        hear(
            from,
            id,
            (stripe, effects) -> {
              if (stripe.get(id) instanceof UserEntry entry) {
                entry.held(m.number(), effects);
              }
            });
      }
      case Control.Gone m -> {
        check(id.owner() == from, from, m);
        hear(
            from,
            id,
            (stripe, effects) -> {
              if (stripe.get(id) instanceof UserEntry entry) {
                entry.gone(m.number(), m.reason(), effects);
              }
            });
      }
      case Control.Done m -> passAborted(id, from, m.transfer());
      case Control.Origin m -> check(id.owner() == self && id.creator() == from, from, m);
    }
  }

  private void hold(Stripe stripe, int from, Control.Hold message, Effects effects) {
    OwnerEntry entry = owned(stripe, message.id());
    if (entry == null) {
      Loss reason = reasonForAbsence(message.id());
      effects.send(from, new Control.Gone(message.id(), message.number(), reason));
    } else {
      entry.hold(from, message.number(), message.settles(), effects);
    }
  }

  /**
   * A worker is dead, cut off or has left, for ever. As a holder it is forgotten (G3), its values
   * are lost (G4), and nothing is sent to it or heard from it any more.
   */
  public void workerLost(int worker) {
    // First the mark, then the sweep: a step either sees the mark or is seen by the sweep.
    if (!lost.add(worker)) {
      return;
    }
    stripes.sweep((entry, effects) -> entry.workerLost(worker, effects));
  }

  /**
   * Drops everything without a word to other workers, who learn of it by losing this one. Every
   * value in the table is reported as {@link Loss#CLOSED}; afterwards all methods do nothing.
   */
  public void shutdown() {
    stripes.close();
  }

  // ---- What can be seen --------------------------------------------------------------------

  /**
   * Whether the owner knows this worker as a holder; at the owner, whether the value was created.
   */
  public boolean isConfirmed(ValueId id) {
    Stripe stripe = stripes.of(id);
    synchronized (stripe) {
      Entry entry = stripe.get(id);
      return entry != null && entry.confirmed();
    }
  }

  /** Why a value of the table is lost; null if it is not, or is not in the table. */
  public @Nullable Loss loss(ValueId id) {
    Stripe stripe = stripes.of(id);
    synchronized (stripe) {
      Entry entry = stripe.get(id);
      return stripes.closed() ? Loss.CLOSED : entry == null ? null : entry.loss();
    }
  }

  /**
   * The values of this worker and the ids of those who hold each, itself included while anything
   * pins the value here. Values that are still awaited are among them. A snapshot value by value,
   * not of all at once.
   */
  public Map<ValueId, Set<Integer>> owned() {
    Map<ValueId, Set<Integer>> all = new HashMap<>();
    stripes.forEach(
        entry -> {
          if (entry instanceof OwnerEntry owner && owner.loss() == null) {
            all.put(entry.id(), owner.holders(self));
          }
        });
    return all;
  }

  /** How many values of its own the table has, awaited and lost ones included. */
  public int ownedCount() {
    return stripes.sum(Stripe::owned);
  }

  /** How many values of other workers the table has, lost ones included. */
  public int heldCount() {
    return stripes.sum(Stripe::held);
  }

  /**
   * Whether no news of who holds what is under way from or to this worker: the owner of each value
   * held here knows of it, or the value is lost; and whoever a reference was passed to is done.
   */
  public boolean isSettled() {
    boolean[] settled = {true};
    stripes.forEach(entry -> settled[0] &= entry.settled());
    return settled[0];
  }

  /** Whether the table has no entry of any kind. */
  public boolean isEmpty() {
    return stripes.sum(stripe -> stripe.owned() + stripe.held()) == 0;
  }

  // ---- Inside --------------------------------------------------------------------------------

  /** Takes a step on the word of another worker, unless that is lost. */
  private void hear(int from, ValueId id, Stripes.Step step) {
    stripes.ask(
        id,
        (stripe, effects) -> {
          if (lost.contains(from)) {
            return false;
          }
          step.take(stripe, effects);
          return true;
        });
  }

  /**
   * The entry of one of our values; an awaited one is made if needed; null if the value is gone.
   */
  private @Nullable OwnerEntry owned(Stripe stripe, ValueId id) {
    OwnerEntry entry = (OwnerEntry) stripe.get(id);
    if (entry == null && !wasCreated(id) && !lost.contains(id.creator())) {
      entry = new OwnerEntry(id, newHolders.get());
      stripe.add(entry);
    }
    return entry;
  }

  private boolean wasCreated(ValueId id) {
    if (id.creator() == self) {
      return true;
    }
    Creations known = creations.get(id.creator());
    return known != null && known.contains(id.number());
  }

  private Creations creationsOf(int creator) {
    return creations.computeIfAbsent(creator, _ -> newCreations.get());
  }

  private Loss reasonForAbsence(ValueId id) {
    return wasCreated(id) ? Loss.FREED : Loss.CREATOR_LOST;
  }

  private void loseIfOwnerIsLost(UserEntry entry, Effects effects) {
    if (lost.contains(entry.id().owner())) {
      entry.lose(Loss.OWNER_LOST, effects);
    }
  }

  private void check(boolean allowed, int from, Control message) {
    if (!allowed) {
      throw new MalformedException(
          "worker " + from + " may not send " + message + " to worker " + self);
    }
  }
}
