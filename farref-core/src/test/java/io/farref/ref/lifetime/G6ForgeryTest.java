package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.call.RefusedSignal;
import io.farref.ref.guard.PinnedValue;
import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.TestGroup.Control;
import io.farref.ref.lifetime.TestGroup.Lost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** G6: only a worker that was given a reference can do anything with it. */
class G6ForgeryTest extends LifetimeScenes {
  private static final long GUESS = 42;

  private ControlMessage.Gone notGiven(ValueId id, long holding) {
    return new ControlMessage.Gone(id, holding, LossReason.NOT_GIVEN);
  }

  @Test
  void aHoldWithAWrongTokenMakesNoHolder() {
    ValueId id = group.value(0, 1);
    owner.onControl(2, new ControlMessage.Hold(id, 1, 0, GUESS));

    assertThat(group.network).containsExactly(new Control(0, 2, notGiven(id, 1)));
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
    assertThat(owner.use(id, 2)).isNull();
    user.release(id);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void aHoldOnAnAwaitedValueIsCheckedWhenTheValueComes() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    group.hand(id, 1, 3);
    group.deliverAll();
    owner.onControl(2, new ControlMessage.Hold(id, 1, 0, GUESS));
    PinnedValue early =
        owner.table.use(id, 2, (entry, claim) -> new PinnedValue(owner.table, entry, claim));
    assertThat(early).isNotNull();
    group.arrive(creation);

    assertThat(group.network).contains(new Control(0, 2, notGiven(id, 1)));
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1, 3, 0)));
    ValueSlot.of(owner.owned(id)).offer("value");
    assertThatThrownBy(() -> early.value("function")).isInstanceOf(RefusedSignal.class);
    early.release();
    group.deliverAll();
    assertThat(group.table(3).isConfirmed(id)).isTrue();
    assertThat(owner.use(id, 2)).isNull();
  }

  @Test
  void aHoldWithTheRightTokenAfterAWrongOneCounts() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    owner.onControl(2, new ControlMessage.Hold(id, 1, 0, GUESS));
    owner.onControl(2, new ControlMessage.Hold(id, 2, 0, group.token(id)));
    owner.onControl(2, new ControlMessage.Hold(id, 1, 0, GUESS));
    group.arrive(creation);

    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1, 2)));
    owner.onControl(2, new ControlMessage.Release(id, 2));
    owner.onControl(2, new ControlMessage.Hold(id, 1, 0, GUESS));
    owner.onControl(2, new ControlMessage.Hold(id, 2, 0, group.token(id)));
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
  }

  @Test
  void aCallOfAWorkerThatDoesNotHoldTheValueIsRefused() {
    ValueId id = group.value(0, 1);
    assertThat(owner.use(id, 2)).isNull();
    assertThat(owner.use(id, 1)).isNotNull();
    assertThat(owner.use(new ValueId(0, 1, 7), 2)).isNull();
    assertThat(owner.ownedCount()).as("nothing is awaited because of a call").isOne();
  }

  @Test
  void aReleaseEndsOnlyTheHoldingOfItsSender() {
    ValueId id = group.value(0, 1);
    owner.onControl(2, new ControlMessage.Release(id, Long.MAX_VALUE >> 2));
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
    assertThat(group.freed).isEmpty();
  }

  @Test
  void aDoneClosesNoTransferToAnother() {
    ValueId id = group.value(0, 1);
    long transfer = user.pass(id, 2);
    user.release(id);
    user.onControl(3, new ControlMessage.Done(id, transfer));
    group.deliverAll();
    assertThat(group.freed).isEmpty();
    other.received(id, group.token(id), 1, transfer);
    group.deliverAll();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(2)));
  }

  @Test
  void aVoidOfAnotherWorkerThanTheCreatorIsMalformed() {
    ValueId id = user.create(0).id();
    assertThatThrownBy(() -> owner.onControl(2, new ControlMessage.Voided(id)))
        .isInstanceOf(MalformedException.class);
  }

  @Nested
  class AForgedReference {
    private final ValueId id = group.value(0, 1);

    @Test
    void isRefusedByTheOwner() {
      RefEntry got = owner.received(id, GUESS, 2, 9);

      assertThat(owner.table.loss(got)).isEqualTo(LossReason.NOT_GIVEN);
      assertThat(owner.table.acquire(got)).isFalse();
      assertThat(owner.loss(id)).isNull();
      assertThat(group.network).containsExactly(new Control(0, 2, new ControlMessage.Done(id, 9)));
      owner.table.release(got);
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
    }

    @Test
    void isRefusedByAWorkerThatHoldsTheValue() {
      RefEntry got = user.received(id, GUESS, 2, 9);

      assertThat(user.table.loss(got)).isEqualTo(LossReason.NOT_GIVEN);
      assertThat(user.table.isConfirmed(got)).isFalse();
      assertThat(user.table.token(got)).as("passed on, it is as wrong as before").isEqualTo(GUESS);
      user.table.release(got);
      assertThat(user.loss(id)).isNull();
      assertThat(user.isConfirmed(id)).isTrue();
    }

    @Test
    void isLostAtAThirdWorkerWhichCanReceiveATrueOneLater() {
      RefEntry got = other.received(id, GUESS, 3, 9);
      group.deliverAll();

      assertThat(group.lost).containsExactly(new Lost(2, id, LossReason.NOT_GIVEN));
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
      other.table.release(got);
      group.hand(id, 1, 2);
      group.deliverAll();
      assertThat(other.isConfirmed(id)).as("a true one is as good as ever").isTrue();
    }

    @Test
    void toAValueThatItsReceiverCreatesLaterIsDeadAndNotInItsWay() {
      RefEntry there = user.received(new ValueId(0, 1, 5), GUESS, 2, 9);
      RefEntry here = owner.received(new ValueId(0, 0, 3), GUESS, 2, 9);

      assertThat(user.table.loss(there)).isEqualTo(LossReason.NOT_GIVEN);
      assertThat(owner.table.loss(here)).isEqualTo(LossReason.NOT_GIVEN);
      for (int i = 0; i < 8; i++) {
        ValueId made = group.value(0, 1);
        assertThat(user.isConfirmed(made)).as("%s is its creator's", made).isTrue();
        ValueId own = owner.create(0).id();
        group.hand(own, 0, 1);
        group.deliverAll();
        assertThat(owner.use(own, 1)).as("%s serves its holder", own).isNotNull();
      }
      user.table.release(there);
      owner.table.release(here);
    }

    @Test
    void isNotVouchedForWhenItsValueIsAwaited() {
      TableById.Creation creation = user.create(0);
      OwnerEntry got = (OwnerEntry) owner.received(creation.id(), GUESS, 2, 9);
      assertThat(owner.table.vouches(got, GUESS)).isFalse();
      group.arrive(creation);
      assertThat(owner.table.vouches(got, GUESS)).isFalse();
      assertThat(owner.table.vouches(got, creation.token())).isTrue();
    }
  }

  @Test
  void aDeadForgedReferenceThatIsKeptDoesNotKeepATrueOneOut() {
    ValueId id = group.value(0, 1);
    RefEntry forged = other.table.received(id, GUESS, 3, 9);
    group.deliverAll();
    assertThat(other.table.loss(forged)).isEqualTo(LossReason.NOT_GIVEN);

    group.hand(id, 1, 2);
    group.deliverAll();
    assertThat(other.isConfirmed(id)).isTrue();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1, 2)));
    other.table.release(forged);
    assertThat(other.isConfirmed(id)).as("the forged one takes nothing along").isTrue();
    other.release(id);
    group.deliverAll();
    assertThat(other.isEmpty()).isTrue();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
  }

  @Test
  void aLostReferenceThatAWorkerSentToItselfDoesNotBecomeAForgedOne() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    long transfer = user.pass(id, 1);
    user.creationTimedOut(id);
    user.release(id);
    RefEntry forged = user.table.received(id, GUESS, 2, 9);

    RefEntry got = user.table.received(id, group.token(id), 1, transfer);
    assertThat(got).isNotSameAs(forged);
    assertThat(user.table.loss(forged)).as("dead at once").isEqualTo(LossReason.NOT_GIVEN);
    group.deliverAll();
    group.arrive(creation);
    group.deliverAll();
    assertThat(user.table.isConfirmed(got)).as("the true one is as good as ever").isTrue();
    user.table.release(got);
    user.table.release(forged);
    group.deliverAll();
    assertThat(user.isEmpty() && owner.isEmpty()).isTrue();
  }

  @Test
  void aValueForWhichNoWorkerWaitsIsForgotten() {
    RefEntry got = owner.received(new ValueId(0, 1, 1_000_000), GUESS, 2, 9);
    assertThat(owner.ownedCount()).isOne();
    owner.table.release(got);
    assertThat(owner.isEmpty()).isTrue();
  }

  @Test
  void aThreadThatReceivesAReferenceWhoseHoldIsNotQueuedYetSendsTheHoldItself() {
    ValueId id = group.value(0, 1);
    List<ControlMessage> queued = new ArrayList<>();
    LifetimeTable[] table = new LifetimeTable[1];
    int[] holdsWhenTheSecondContinues = new int[1];
    Listening listener =
        new Listening(
            message -> {
              if (queued.isEmpty()) { // the first is about to be queued, and another thread comes
                queued.add(new ControlMessage.Voided(id)); // anything
                table[0].received(id, group.token(id), 3, 8);
                holdsWhenTheSecondContinues[0] =
                    (int) queued.stream().filter(ControlMessage.Hold.class::isInstance).count();
              }
              queued.add(message);
            });
    table[0] = new LifetimeTable(2, listener, 10, Object::new);
    table[0].received(id, group.token(id), 1, 7);

    assertThat(holdsWhenTheSecondContinues[0]).isOne();
    queued.clear();
    queued.add(new ControlMessage.Voided(id));
    table[0].received(id, group.token(id), 3, 9);
    assertThat(queued).as("once is enough").noneMatch(ControlMessage.Hold.class::isInstance);
  }
}
