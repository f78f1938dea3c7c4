package io.farref.ref.lifetime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All references of one worker, to its own values and to those of others, and the protocol by which
 * workers agree on when a value may die: see the package's description for G1 to G6.
 *
 * <p>A worker counts as one holder of a value however many handles it has. Handles are what the
 * rest of the worker counts with: one for each reference object, call in flight, and call that runs
 * on the value. Each handle that a method gives is given back by one {@link #release}.
 *
 * <p>A caller keeps the entry that a method returned. The entry may have ended since, and the table
 * may have another entry of the same value: methods that take an entry allow for that.
 *
 * <p>Thread-safe. Each method is atomic for the value it is about, and calls the listener on the
 * calling thread before it returns, holding no lock.
 */
public final class LifetimeTable {
  /** The effects of a table. Called without a lock, by many threads at once; must not block. */
  public interface Listener {
    /** Bring a message to another worker: at least once, in any order, unless a side is lost. */
    void send(int worker, ControlMessage message);

    /**
     * Nothing in the group refers to this value of this worker any more: drop it. Called exactly
     * once for each value that was created here and not lost.
     */
    void free(OwnerEntry entry);

    /**
     * References to this value are dead: fail their uses. Called at most once while this worker has
     * the value in its table, on a user's side or, for a value that never came to be, the owner's.
     * Handles are given back as ever.
     */
    void lost(RefEntry entry, LossReason reason);

    /** The creator of a value tells where it made the reference to it. */
    void origin(OwnerEntry entry, StackTraceElement site);
  }

  /**
   * Makes the result of {@link #use}.
   *
   * @param <U> its type
   */
  public interface UseFactory<U> {
    /**
     * Takes over one handle.
     *
     * @param claim under which the caller waits for the value, to be checked by {@link #vouches}
     *     when the value has come; null if the caller is a holder beyond doubt
     */
    U use(OwnerEntry entry, ControlMessage.@Nullable Hold claim);
  }

  /**
   * The parts of a table, which tests replace one by one.
   *
   * @param stripes how many, a power of two up to 64
   */
  record Parts(
      ReferenceTokens tokens,
      int stripes,
      Supplier<Stripe> newStripe,
      Supplier<Holders> newHolders,
      Supplier<CreationWatermark> newCreations) {
    static Parts standard() {
      return new Parts(
          ReferenceTokens.random(), 64, Stripe::new, Holders::new, CreationWatermark::new);
    }
  }

  private final int self;
  private final ReferenceTokens tokens;
  private final TableState state;
  private final Stripes stripes;
  private final ControlHandler controlHandler;
  private final AtomicLong lastHolding = new AtomicLong();
  private final AtomicLong lastTransfer = new AtomicLong();
  private final Map<Integer, AtomicLong> nextNumbers = new ConcurrentHashMap<>();

  /**
   * Makes an empty table.
   *
   * @param self this worker's id, which no other worker of the group ever has
   * @param maxHeld how many values of this worker another one may hold
   * @param newPayload makes the {@link OwnerEntry#payload payload} of a value of this worker
   */
  public LifetimeTable(int self, Listener listener, int maxHeld, Supplier<?> newPayload) {
    this(self, listener, maxHeld, newPayload, Parts.standard());
  }

  LifetimeTable(int self, Listener listener, int maxHeld, Supplier<?> newPayload, Parts parts) {
    this.self = self;
    tokens = parts.tokens;
    Supplier<Holders> newHolders = parts.newHolders;
    state =
        new TableState(
            self,
            listener,
            ConcurrentHashMap.newKeySet(),
            new Quotas(maxHeld),
            Quotas.ofUnsettled(maxHeld),
            new CreationWatermarks(self, parts.newCreations, maxHeld),
            id -> new OwnerEntry(id, newHolders.get(), newPayload.get()));
    stripes = new Stripes(state, parts.stripes, parts.newStripe);
    controlHandler = new ControlHandler(state, stripes);
  }

  // ---- Local actions ---------------------------------------------------------------------------

  /**
   * Names a value that is to be created, by this worker, on {@code owner}: one handle. If that is
   * another worker, the caller then sends the call that creates the value, with the holding and the
   * token, or undoes by {@link #creationAborted}. If the owner is lost, so is the value, and the
   * listener is notified before this returns.
   */
  public RefEntry open(int owner) {
    ValueId id = new ValueId(owner, self, nextNumber(owner));
    try (Transition transition = stripes.enter(id)) {
      if (owner == self) {
        OwnerEntry entry = transition.add(state.newOwner().apply(id));
        entry.createdHere(tokens.of(owner, id.number()));
        return entry;
      }
      UserEntry entry = transition.add(UserEntry.creating(id, lastHolding.incrementAndGet()));
      loseIfOwnerIsLost(entry, transition);
      return entry;
    }
  }

  private long nextNumber(int owner) {
    AtomicLong next = nextNumbers.get(owner);
    if (next == null) {
      next = nextNumbers.computeIfAbsent(owner, _ -> new AtomicLong());
    }
    return next.getAndIncrement();
  }

  private void loseIfOwnerIsLost(UserEntry entry, Transition transition) {
    if (state.isLost(entry.owner())) {
      entry.lose(LossReason.OWNER_LOST, transition);
    }
  }

  /**
   * The call that should have created a value on another worker will not be sent: the value is
   * lost, here and for every worker to which its reference was passed. The handle stays the
   * caller's.
   *
   * @param entry from {@link #open}
   */
  public void creationAborted(UserEntry entry) {
    try (Transition transition = stripes.enter(entry)) {
      if (transition.at(entry) && !entry.ended()) {
        entry.lose(LossReason.NOT_CREATED, transition);
      }
      transition.send(entry.owner(), new ControlMessage.Voided(entry.id()));
    }
  }

  /**
   * The owner of a value that this worker creates has not confirmed in time that the creation came:
   * the value is lost here. If the creation comes after all, the RELEASE that follows it frees the
   * value, unless a worker to which its reference was passed holds it. The handle stays the
   * caller's.
   *
   * @param entry from {@link #open}
   */
  public void creationTimedOut(UserEntry entry) {
    try (Transition transition = stripes.enter(entry)) {
      if (transition.at(entry) && !entry.ended() && !entry.confirmed() && entry.loss() == null) {
        entry.lose(LossReason.TIMED_OUT, transition);
        transition.send(entry.owner(), new ControlMessage.Release(entry.id(), entry.holding()));
      }
    }
  }

  /**
   * Takes one handle more; the caller has one already, or had one.
   *
   * @return false if there is no handle any more, or the value is lost: {@link #loss} tells which
   */
  public boolean acquire(RefEntry entry) {
    try (Transition transition = stripes.enter(entry)) {
      if (!transition.at(entry) || !entry.hasHandles() || entry.loss() != null) {
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
  public void release(RefEntry entry) {
    try (Transition transition = stripes.enter(entry)) {
      if (transition.at(entry)) {
        entry.dropHandle();
        entry.endIfUnused(transition);
      }
    }
  }

  /** The token that a reference to a value must carry. */
  public long token(RefEntry entry) {
    return entry.token(tokens);
  }

  /**
   * Registers that a reference goes into a message to a worker, which may be the owner or this one.
   * It is pinned here until the receiver is done (G2), is lost, or {@link #passAborted} is called.
   *
   * @return the transfer's number, to travel with the reference; 0 if there is no handle here or
   *     the creation timed out, so that the reference must not be passed
   */
  public long pass(RefEntry entry, int to) {
    try (Transition transition = stripes.enter(entry)) {
      if (!transition.at(entry) || !entry.hasHandles() || entry.loss() == LossReason.TIMED_OUT) {
        return 0;
      }
      long transfer = lastTransfer.incrementAndGet();
      if (entry.loss() == null && !state.isLost(to)) {
        entry.open(transfer, to);
      }
      return transfer;
    }
  }

  /** The message could not be encoded or sent: undoes {@link #pass}. */
  public void passAborted(ValueId id, int to, long transfer) {
    try (Transition transition = stripes.enter(id)) {
      RefEntry entry = transition.find(id);
      if (entry != null) {
        entry.settle(transfer, to, transition);
      }
    }
  }

  /**
   * A worker is dead, cut off or has left, for ever. As a holder it is forgotten (G3), its values
   * are lost (G4), nothing is sent to it any more, and its messages are ignored.
   */
  public void workerLost(int worker) {
    // First the mark, then the sweep: a transition either sees the mark or is seen by the sweep.
    if (state.lost().add(worker)) {
      stripes.sweep((entry, effects) -> entry.workerLost(worker, effects));
      state.quotas().forget(worker);
      state.unsettled().forget(worker);
    }
  }

  /**
   * Drops everything without a message to other workers, which learn of it by losing this one.
   * Every value in the table is reported as {@link LossReason#CLOSED}; afterwards all methods do
   * nothing.
   */
  public void shutdown() {
    stripes.close();
  }

  // ---- Messages from other workers -------------------------------------------------------------

  /**
   * A call that creates a value here came: one handle, to be given back when the value is in its
   * place or its creation has failed, so that {@link Listener#free} is not called before.
   *
   * @param holding the creator's, from the call
   * @param token from the call
   * @return null if the call is to be dropped: its sender is lost or holds too many values of this
   *     worker, or it came before
   * @throws IllegalArgumentException if the value is not another worker's creation on this one
   */
  public @Nullable OwnerEntry created(ValueId id, long holding, long token) {
    if (id.owner() != self || id.creator() == self) {
      throw new IllegalArgumentException("value " + id + " cannot be created for others here");
    }
    try (Transition transition = stripes.enter(id)) {
      if (transition.closed() || state.isLost(id.creator()) || !state.creations().add(id)) {
        return null;
      }
      OwnerEntry entry = (OwnerEntry) transition.find(id);
      if (state.quotas().isFull(id.creator())) {
        transition.send(id.creator(), new ControlMessage.Full(id, holding, state.quotas().limit()));
        if (entry != null) {
          entry.lose(LossReason.OVER_LIMIT, transition);
        }
        return null;
      }
      if (entry == null) {
        entry = transition.add(state.newOwner().apply(id));
      }
      entry.created(holding, token, transition);
      return entry;
    }
  }

  /**
   * A call on a value of this worker came from another one: one handle. The value may still be
   * awaited.
   *
   * <p>A call carries no token. Its sender must be a holder at this moment: the HOLD of a worker
   * travels before its first call, a RELEASE behind its last one.
   *
   * @return null if the value is gone, or the sender does not hold it
   */
  public <U> @Nullable U use(ValueId id, int from, UseFactory<U> factory) {
    if (id.owner() != self) {
      return null;
    }
    try (Transition transition = stripes.enter(id)) {
      if (state.isLost(from)
          || !(transition.find(id) instanceof OwnerEntry entry)
          || entry.loss() != null
          || !entry.isHeldBy(from)) {
        return null;
      }
      entry.addHandle();
      return factory.use(entry, entry.claim(from));
    }
  }

  /**
   * A reference came in a message, perhaps from this worker itself: one handle, even if the value
   * turns out to be lost, of which the listener is notified before this returns. If the value is to
   * live here and is still awaited, its token is not known yet: then ask {@link #vouches}.
   *
   * @param token came with it
   * @param transfer the number that {@link #pass} gave at the sender
   * @return the entry of the handle
   */
  public RefEntry received(ValueId id, long token, int from, long transfer) {
    RefEntry added;
    try (Transition transition = stripes.enter(id)) {
      RefEntry entry = id.owner() == self ? transition.findOrAwait(id) : transition.find(id);
      if (entry instanceof ReceivedEntry && entry.loss() != null && token(entry) != token) {
        // The dead reference may be a forged one; it must not keep a true one out.
        transition.replace();
        entry = null;
      }
      if (isKnownToBeForged(id, entry, token)) {
        transition.send(from, new ControlMessage.Done(id, transfer));
        return transition.dead(id, token, LossReason.NOT_GIVEN);
      }
      if (entry != null) {
        return receivedAgain(entry, from, transfer, transition);
      }
      added = addReceived(id, token, from, transfer, transition);
    }
    announce(added);
    return added;
  }

  /** Whether a token is not that of the value; a worker knows those that it has or creates. */
  private boolean isKnownToBeForged(ValueId id, @Nullable RefEntry entry, long token) {
    if (entry == null) { // it must not take the place of a value that this worker creates later
      return id.creator() == self && tokens.of(id.owner(), id.number()) != token;
    }
    boolean unknown = entry.owner() == self && !entry.confirmed();
    return !unknown && entry.token(tokens) != token;
  }

  private RefEntry receivedAgain(RefEntry entry, int from, long transfer, Transition transition) {
    if (from == self) {
      entry.addHandle();
      entry.close(transfer, self);
      return entry;
    }
    entry.received(from, transfer, transition);
    return entry;
  }

  private RefEntry addReceived(
      ValueId id, long token, int from, long transfer, Transition transition) {
    if (id.owner() == self) {
      OwnerEntry entry = transition.add(state.newOwner().apply(id));
      entry.received(from, transfer, transition);
      entry.lose(transition.reasonForAbsence(id), transition);
      return entry;
    }
    if (from != id.owner() && !transition.mayAwait(from)) {
      transition.send(from, new ControlMessage.Done(id, transfer));
      return transition.dead(id, token, LossReason.OVER_LIMIT);
    }
    long holding = lastHolding.incrementAndGet();
    UserEntry entry =
        transition.add(ReceivedEntry.of(id, token, holding, from, transfer, transition));
    loseIfOwnerIsLost(entry, transition);
    return entry;
  }

  /** The HOLD is queued: from now on other threads need not send it, too, before they continue. */
  private void announce(RefEntry added) {
    if (added instanceof UserEntry user) {
      try (Transition transition = stripes.enter(user)) {
        if (transition.at(user)) {
          user.announced();
        }
      }
    }
  }

  /** Whether a token is known to be that of one of this worker's values, or the value is lost. */
  public boolean vouches(OwnerEntry entry, long token) {
    try (Transition transition = stripes.enter(entry)) {
      return transition.closed()
          || entry.loss() != null
          || (entry.confirmed() && entry.hasToken(token));
    }
  }

  /**
   * A control message came. One from a lost worker is ignored.
   *
   * @throws io.farref.bytes.MalformedException if the sender is not entitled to send it
   */
  public void onControl(int from, ControlMessage message) {
    controlHandler.handle(from, message);
  }

  // ---- Queries ---------------------------------------------------------------------------------

  /**
   * Whether the owner knows this worker as a holder; at the owner, whether the value was created.
   */
  public boolean isConfirmed(RefEntry entry) {
    try (Transition transition = stripes.enter(entry)) {
      return transition.at(entry) && entry.confirmed();
    }
  }

  /** Why a value is lost; null if it is not. */
  public @Nullable LossReason loss(RefEntry entry) {
    try (Transition transition = stripes.enter(entry)) {
      return transition.closed() ? LossReason.CLOSED : entry.loss();
    }
  }

  /** Whether a worker holds as many values of this one as it may. */
  public boolean isFull(int worker) {
    return state.quotas().isFull(worker);
  }

  /** The entry of one of this worker's values; null if the value is gone. */
  public @Nullable OwnerEntry owned(ValueId id) {
    try (Transition transition = stripes.enter(id)) {
      return transition.find(id) instanceof OwnerEntry entry ? entry : null;
    }
  }

  /**
   * The values of this worker and the ids of the workers that hold each, itself included while
   * anything pins the value here. Values that are still awaited are among them. A snapshot value by
   * value, not of all at once.
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
   * Whether no message about holders is under way from or to this worker: the owner of each value
   * held here knows of it, or the value is lost; and each receiver of a reference is done with it.
   */
  public boolean isSettled() {
    boolean[] settled = {true};
    stripes.forEach(entry -> settled[0] &= entry.settled());
    return settled[0];
  }
}
