package io.farref.ref.lifetime;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** The protocol without one mechanism. The simulation must catch each mutant. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum Mutant {
  NONE,

  G1_RELEASES_ARE_NOT_SENT(m -> m instanceof ControlMessage.Release),
  G1_ENDED_ENTRIES_GIVE_HANDLES,
  G1_ENDED_ENTRIES_TAKE_LATER_ONES_ALONG(
      () ->
          new Stripe() {
            @Override
            void remove(RefEntry entry) {
              RefEntry present = get(entry.id());
              if (present != null) {
                super.remove(present);
              }
            }
          }),
  G2_TRANSFERS_DO_NOT_PIN,
  G2_UNSENT_TRANSFERS_ARE_NOT_UNDONE,
  G2_PASSERS_LET_GO_BEFORE_THE_OWNER_KNOWS,
  G2_PASSERS_ARE_NOT_TOLD_TO_LET_GO(m -> m instanceof ControlMessage.Done),
  G2_OWNERS_DO_NOT_CONFIRM(m -> m instanceof ControlMessage.Held),
  G3_DEAD_HOLDERS_ARE_NOT_FORGOTTEN,
  G3_MESSAGES_OF_DEAD_WORKERS_ARE_HANDLED,
  G3_UNCREATED_VALUES_ARE_NOT_VOIDED(m -> m instanceof ControlMessage.Voided),
  G3_USERS_ARE_NOT_TOLD_THAT_A_VALUE_IS_GONE(m -> m instanceof ControlMessage.Gone),
  G4_DEAD_OWNERS_ARE_NOT_NOTICED,
  G5_RELEASES_LEAVE_NO_TOMBSTONE(
      () ->
          new Holders() {
            @Override
            void release(int worker, long number) {
              super.release(worker, number);
              forget(worker);
            }
          },
      CreationWatermark::new),
  G5_LATEST_HOLD_WINS(
      () ->
          new Holders() {
            @Override
            boolean hold(int worker, long number) {
              forget(worker);
              return super.hold(worker, number);
            }
          },
      CreationWatermark::new),
  G5_ANY_RELEASE_COUNTS(
      () ->
          new Holders() {
            @Override
            void release(int worker, long number) {
              super.release(worker, number);
              forget(worker);
              super.release(worker, number);
            }
          },
      CreationWatermark::new),
  G5_FREED_VALUES_ARE_FORGOTTEN(
      Holders::new,
      () ->
          new CreationWatermark() {
            @Override
            synchronized boolean contains(long number) {
              return false;
            }
          }),
  G5_EARLY_MESSAGES_ARE_NOT_KEPT(
      Holders::new,
      () ->
          new CreationWatermark() {
            @Override
            synchronized boolean contains(long number) {
              return true;
            }
          }),
  G6_OWNERS_DO_NOT_CHECK_TOKENS,
  G6_RECEIVERS_DO_NOT_CHECK_TOKENS,
  G6_STRANGERS_MAY_CALL,
  CLOSED_TABLES_CONTINUE(
      () ->
          new Stripe() {
            @Override
            boolean closed() {
              return false;
            }
          });

  private final Predicate<ControlMessage> dropped;
  private final Supplier<Stripe> stripes;
  private final Supplier<Holders> holders;
  private final Supplier<CreationWatermark> creations;

  Mutant() {
    this(_ -> false, Stripe::new, Holders::new, CreationWatermark::new);
  }

  Mutant(Predicate<ControlMessage> dropped) {
    this(dropped, Stripe::new, Holders::new, CreationWatermark::new);
  }

  Mutant(Supplier<Stripe> stripes) {
    this(_ -> false, stripes, Holders::new, CreationWatermark::new);
  }

  Mutant(Supplier<Holders> holders, Supplier<CreationWatermark> creations) {
    this(_ -> false, Stripe::new, holders, creations);
  }

  Mutant(
      Predicate<ControlMessage> dropped,
      Supplier<Stripe> stripes,
      Supplier<Holders> holders,
      Supplier<CreationWatermark> creations) {
    this.dropped = dropped;
    this.stripes = stripes;
    this.holders = holders;
    this.creations = creations;
  }

  /** The parts of the tables of a simulation. */
  LifetimeTable.Parts parts(ReferenceTokens tokens) {
    return new LifetimeTable.Parts(tokens, 1, stripes, holders, creations);
  }

  /** Whether this mutant never sends such a message. */
  boolean drops(ControlMessage message) {
    return dropped.test(message);
  }
}
