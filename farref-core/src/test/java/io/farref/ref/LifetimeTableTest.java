package io.farref.ref;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.ref.TestGroup.Letter;
import io.farref.ref.TestGroup.Lost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The protocol scene by scene. Worker 0 owns; 1, 2 and 3 use. */
class LifetimeTableTest {
  private final TestGroup group = new TestGroup(4);
  private final LifetimeTable owner = group.table(0);
  private final LifetimeTable user = group.table(1);
  private final LifetimeTable other = group.table(2);

  @Nested
  class G1TheOwnerLearnsOfEveryRelease {
    @Test
    void aValueIsFreedWithTheLastHandleOfItsLastHolder() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      group.deliverAll();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1, 2)));

      user.release(id);
      group.deliverAll();
      assertThat(group.freed).isEmpty();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(2)));

      other.release(id);
      group.deliverAll();
      assertThat(group.freed).containsExactly(id);
      assertThat(group.allEmpty()).isTrue();
    }

    @Test
    void aWorkerCountsOnceHoweverManyHandlesItHas() {
      ValueId id = group.value(0, 1);
      assertThat(user.acquire(id)).isTrue();
      assertThat(user.acquire(id)).isTrue();

      user.release(id);
      user.release(id);
      assertThat(group.count(Control.Release.class)).isZero();

      user.release(id);
      assertThat(group.count(Control.Release.class)).isOne();
    }

    @Test
    void aReleaseMayOvertakeTheCallThatCreatesTheValue() {
      LifetimeTable.Creation creation = user.create(0);
      user.release(creation.id());
      assertThat(user.isEmpty()).isTrue();
      group.deliverAll();
      assertThat(group.freed).isEmpty();

      group.arrive(creation);
      assertThat(group.freed).containsExactly(creation.id());
      group.deliverAll();
      assertThat(group.allEmpty()).isTrue();
    }

    @Test
    void aValueIsNotFreedWhileItsCreationRuns() {
      LifetimeTable.Creation creation = user.create(0);
      assertThat(owner.created(creation.id(), creation.holding())).isTrue();
      user.release(creation.id());
      group.deliverAll();
      assertThat(group.freed).isEmpty();

      owner.release(creation.id());
      assertThat(group.freed).containsExactly(creation.id());
    }

    @Test
    void aValueIsNotFreedWhileACallRunsOnIt() {
      ValueId id = group.value(0, 1);
      assertThat(owner.use(id, 1)).isTrue();
      user.release(id);
      group.deliverAll();
      assertThat(group.freed).isEmpty();

      owner.release(id);
      assertThat(group.freed).containsExactly(id);
    }

    @Test
    void aValueOfOnesOwnNeedsNoMessage() {
      LifetimeTable.Creation creation = owner.create(0);
      assertThat(owner.isConfirmed(creation.id())).isTrue();
      assertThat(creation.holding()).isZero();

      owner.release(creation.id());
      assertThat(group.freed).containsExactly(creation.id());
      assertThat(group.sent).isEmpty();
    }

    @Test
    void aHandleIsOnlyMadeFromAHandle() {
      ValueId id = group.value(0, 1);
      assertThat(other.acquire(id)).isFalse();
      assertThat(other.pass(id, 3)).isZero();

      long transfer = user.pass(id, 2);
      user.release(id);
      assertThat(user.acquire(id)).isFalse(); // pinned by the transfer, but nobody's
      assertThat(user.pass(id, 3)).isZero();
      assertThat(user.loss(id)).isNull();

      other.received(id, 1, transfer);
      group.deliverAll();
      assertThat(user.isEmpty()).isTrue();
    }

    @Test
    void releasingMoreOftenThanAcquiringIsRefused() {
      ValueId id = group.value(0, 1);
      user.release(id);

      assertThatIllegalStateException()
          .isThrownBy(() -> user.release(id))
          .withMessageContaining(id.toString());
    }
  }

  @Nested
  class G2APasserKeepsTheValueForTheReceiver {
    @Test
    void untilTheOwnerKnowsTheReceiver() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      user.release(id);
      List<Letter> hold = group.holdBack(Control.Hold.class);
      group.deliverAll();
      assertThat(group.count(Control.Release.class)).isZero();
      assertThat(other.isConfirmed(id)).isFalse();

      hold.forEach(group::deliver);
      group.deliverAll();
      assertThat(other.isConfirmed(id)).isTrue();
      assertThat(user.isEmpty()).isTrue();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(2)));
    }

    @Test
    void alongAChainOfUnconfirmedReceivers() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      group.hand(id, 2, 3);
      user.release(id);
      other.release(id);
      List<Letter> holds = group.holdBack(Control.Hold.class);
      assertThat(holds).hasSize(2);
      group.deliver(holds.get(1)); // the last in the chain is known first
      group.deliverAll();
      group.deliver(holds.get(0));
      group.deliverAll();

      assertThat(group.freed).isEmpty();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(3)));
      assertThat(user.isEmpty()).isTrue();
      assertThat(other.isEmpty()).isTrue();
    }

    @Test
    void butNotLongerThanTheReceiverNeedsIt() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      user.release(id);
      other.release(id);
      List<Letter> hold = group.holdBack(Control.Hold.class);
      group.deliverAll();
      assertThat(group.freed).containsExactly(id);

      hold.forEach(group::deliver);
      group.deliverAll();
      assertThat(group.allEmpty()).isTrue();
      assertThat(group.lost).isEmpty();
    }

    @Test
    void aReferenceThatArrivesWhereItIsHeldCostsTheOwnerNothing() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      group.deliverAll();
      group.sent.clear();

      group.hand(id, 1, 2);
      assertThat(group.sent).hasSize(1).allMatch(each -> each.to() == 1);
      assertThat(group.count(Control.Done.class)).isOne();
    }

    @Test
    void anOwnerThatPassesItsValueIsSettledByTheHold() {
      ValueId id = owner.create(0).id();
      group.hand(id, 0, 1);
      owner.release(id);
      assertThat(group.freed).isEmpty();

      group.deliverAll();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
      assertThat(group.sent).hasSize(2);

      user.release(id);
      group.deliverAll();
      assertThat(group.freed).containsExactly(id);
    }

    @Test
    void anOwnerThatReceivesItsOwnValueSettlesAtOnce() {
      ValueId id = group.value(0, 1);
      long transfer = user.pass(id, 0);
      user.release(id);
      group.deliverAll();
      assertThat(group.freed).isEmpty();

      owner.received(id, 1, transfer);
      group.deliverAll();
      assertThat(user.isEmpty()).isTrue();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(0)));
    }

    @Test
    void whatIsPassedToOneselfIsSettledWithoutAMessage() {
      ValueId id = group.value(0, 1);
      group.sent.clear();
      long transfer = user.pass(id, 1);
      user.release(id);
      assertThat(user.heldCount()).isOne();

      user.received(id, 1, transfer);
      assertThat(group.sent).isEmpty();
      user.release(id);
      assertThat(user.isEmpty()).isTrue();
    }

    @Test
    void aMessageThatCannotBeSentIsUndone() {
      ValueId id = group.value(0, 1);
      long transfer = user.pass(id, 2);
      user.release(id);
      assertThat(group.count(Control.Release.class)).isZero();

      user.passAborted(id, 2, transfer);
      user.passAborted(id, 2, transfer);
      group.deliverAll();
      assertThat(group.freed).containsExactly(id);
    }

    @Test
    void aReferenceMayBePassedAndUsedBeforeItsCreationArrives() {
      LifetimeTable.Creation creation = user.create(0);
      ValueId id = creation.id();
      group.hand(id, 1, 2);
      user.release(id);
      group.deliverAll();
      assertThat(owner.use(id, 2)).isTrue();
      assertThat(other.isConfirmed(id)).isFalse();
      owner.release(id);
      assertThat(group.freed).isEmpty();

      group.arrive(creation);
      group.deliverAll();
      assertThat(other.isConfirmed(id)).isTrue();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(2)));
    }
  }

  @Nested
  class G3AHolderThatDiesIsForgotten {
    @Test
    void andWhatOnlyItHeldIsFreed() {
      ValueId only = group.value(0, 1);
      ValueId shared = group.value(0, 1);
      group.hand(shared, 1, 2);
      group.deliverAll();

      owner.workerLost(1);
      assertThat(group.freed).containsExactly(only);
      assertThat(owner.owned()).isEqualTo(Map.of(shared, Set.of(2)));
    }

    @Test
    void withWhatWasOnItsWayToIt() {
      ValueId id = group.value(0, 1);
      user.pass(id, 2);
      user.release(id);
      user.workerLost(2);

      group.deliverAll();
      assertThat(group.freed).containsExactly(id);
    }

    @Test
    void andIsNotListenedToAnyMore() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      owner.workerLost(2);
      group.deliverAll();
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));

      LifetimeTable.Creation late = other.create(0);
      assertThat(owner.created(late.id(), late.holding())).isFalse();
      assertThat(owner.use(id, 2)).isFalse();
    }

    @Test
    void aReceiverWhosePasserDiedTooEarlyIsTold() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      owner.workerLost(1);
      other.workerLost(1);
      assertThat(group.freed).containsExactly(id);

      group.deliverAll();
      assertThat(group.lost).containsExactly(new Lost(2, id, Loss.FREED));
      assertThat(other.loss(id)).isEqualTo(Loss.FREED);
      assertThat(other.acquire(id)).isFalse();
      other.release(id);
      assertThat(other.isEmpty()).isTrue();
    }

    @Test
    void aValueWhoseCreatorDiedBeforeTheOwnerHeardOfItIsLost() {
      ValueId id = user.create(0).id();
      group.hand(id, 1, 2);
      owner.use(id, 2);
      List<Letter> hold = group.holdBack(Control.Hold.class);
      hold.forEach(group::deliver);
      owner.workerLost(1);
      group.deliverAll();

      assertThat(group.lost)
          .containsExactly(new Lost(0, id, Loss.CREATOR_LOST), new Lost(2, id, Loss.CREATOR_LOST));
      assertThat(group.freed).isEmpty();
      owner.release(id);
      assertThat(owner.isEmpty()).isTrue();
    }

    @Test
    void aValueWhoseCreationCouldNotBeSentIsVoid() {
      ValueId id = user.create(0).id();
      group.hand(id, 1, 2);
      List<Letter> hold = group.holdBack(Control.Hold.class);
      user.creationAborted(id);
      assertThat(user.loss(id)).isEqualTo(Loss.NOT_CREATED);
      group.deliverAll();
      hold.forEach(group::deliver);
      group.deliverAll();

      assertThat(other.loss(id)).isNotNull();
      other.release(id);
      user.release(id);
      assertThat(group.allEmpty()).isTrue();
    }

    @Test
    void anOwnValueWhoseCreationFailsIsLostForAllWhoHoldIt() {
      ValueId id = owner.create(0).id();
      group.hand(id, 0, 1);
      group.deliverAll();
      owner.creationAborted(id);
      group.deliverAll();

      assertThat(user.loss(id)).isEqualTo(Loss.NOT_CREATED);
      assertThat(group.freed).isEmpty();
      owner.release(id);
      user.release(id);
      assertThat(group.allEmpty()).isTrue();
    }

    @Test
    void aReferenceToAFreedValueInALateMessageOfTheDeadIsLostAtTheOwnerToo() {
      ValueId id = group.value(0, 1);
      long transfer = user.pass(id, 0);
      owner.workerLost(1);
      assertThat(group.freed).containsExactly(id);

      owner.received(id, 1, transfer);
      assertThat(owner.loss(id)).isEqualTo(Loss.FREED);
      assertThat(owner.use(id, 2)).isFalse();
      owner.release(id);
      assertThat(owner.isEmpty()).isTrue();
      assertThat(group.freed).containsExactly(id);
    }
  }

  @Nested
  class G4AnOwnerThatDiesTakesItsValuesWithIt {
    @Test
    void everyReferenceIsLostAtOnce() {
      ValueId id = group.value(0, 1);
      ValueId pending = user.create(0).id();
      ValueId elsewhere = group.value(2, 1);
      user.workerLost(0);

      assertThat(group.lost)
          .containsExactlyInAnyOrder(
              new Lost(1, id, Loss.OWNER_LOST), new Lost(1, pending, Loss.OWNER_LOST));
      assertThat(user.acquire(id)).isFalse();
      assertThat(user.loss(id)).isEqualTo(Loss.OWNER_LOST);
      assertThat(user.loss(elsewhere)).isNull();
    }

    @Test
    void nothingIsSentToIt() {
      ValueId id = group.value(0, 1);
      user.workerLost(0);
      group.sent.clear();

      user.release(id);
      user.release(user.create(0).id());
      user.received(id, 2, 1);
      user.release(id);
      assertThat(group.sent).noneMatch(each -> each.to() == 0);
      assertThat(user.isEmpty()).isTrue();
    }

    @Test
    void passersNeedNotWaitForIt() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      user.release(id);
      group.network.clear(); // the owner died with it
      other.workerLost(0);

      group.deliverAll();
      assertThat(user.isEmpty()).isTrue();
    }

    @Test
    void whatIsCreatedOnTheDeadOrComesFromItLaterIsLostFromTheStart() {
      ValueId received = group.value(0, 1);
      long transfer = user.pass(received, 2);
      other.workerLost(0);
      other.received(received, 1, transfer);
      ValueId created = other.create(0).id();

      assertThat(other.loss(received)).isEqualTo(Loss.OWNER_LOST);
      assertThat(other.loss(created)).isEqualTo(Loss.OWNER_LOST);
    }
  }

  @Nested
  class G5MessagesMayComeLateRepeatedAndReordered {
    @Test
    void aLateHoldDoesNotReviveAHolding() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      List<Letter> hold = group.holdBack(Control.Hold.class);
      hold.forEach(group::deliver);
      group.deliverAll();
      other.release(id);
      group.deliverAll();

      hold.forEach(group::deliver);
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));
      assertThat(group.network).isEmpty();
    }

    @Test
    void aLateHoldDoesNotReviveAFreedValue() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      List<Letter> hold = group.holdBack(Control.Hold.class);
      hold.forEach(group::deliver);
      group.deliverAll();
      other.release(id);
      user.release(id);
      group.deliverAll();
      assertThat(group.freed).containsExactly(id);

      hold.forEach(group::deliver);
      group.deliverAll();
      assertThat(group.freed).containsExactly(id);
      assertThat(group.lost).isEmpty();
      assertThat(group.allEmpty()).isTrue();
    }

    @Test
    void aLateReleaseDoesNotEndALaterHolding() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      group.deliverAll();
      other.release(id);
      List<Letter> release = group.holdBack(Control.Release.class);
      group.hand(id, 1, 2);
      group.deliverAll();

      release.forEach(group::deliver);
      release.forEach(group::deliver);
      assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1, 2)));
    }

    @Test
    void aLateAnswerDoesNotTouchALaterHolding() {
      ValueId id = group.value(0, 1);
      group.hand(id, 1, 2);
      long first = ((Control.Hold) group.network.getFirst().message()).number();
      group.deliverAll();
      other.release(id);
      group.hand(id, 1, 2);

      other.onControl(0, new Control.Held(id, first));
      assertThat(other.isConfirmed(id)).isFalse();
      other.onControl(0, new Control.Gone(id, first, Loss.FREED));
      assertThat(other.loss(id)).isNull();
    }

    @Test
    void aRepeatedDoneSettlesOneTransferOnly() {
      ValueId id = group.value(0, 1);
      long first = user.pass(id, 2);
      long second = user.pass(id, 2);
      user.release(id);
      user.onControl(2, new Control.Done(id, first));
      user.onControl(2, new Control.Done(id, first));
      assertThat(user.isEmpty()).isFalse();

      user.onControl(3, new Control.Done(id, second)); // not its transfer
      assertThat(user.isEmpty()).isFalse();
      user.onControl(2, new Control.Done(id, second));
      assertThat(user.isEmpty()).isTrue();
    }

    @Test
    void aRepeatedVoidLosesAValueOnce() {
      ValueId id = user.create(0).id();
      owner.use(id, 1);
      user.creationAborted(id);
      Letter letter = group.holdBack(Control.Voided.class).getFirst();
      group.deliver(letter);
      group.deliver(letter);

      assertThat(group.lost).filteredOn(each -> each.worker() == 0).hasSize(1);
    }

    @Test
    void aCreationThatComesAgainIsRefused() {
      LifetimeTable.Creation creation = user.create(0);
      group.arrive(creation);

      assertThat(owner.created(creation.id(), creation.holding())).isFalse();
    }
  }

  @Nested
  class Misuse {
    private final ValueId mine = new ValueId(0, 1, 0);
    private final ValueId foreign = new ValueId(2, 1, 0);

    @Test
    void messagesFromWorkersThatHaveNoBusinessToSendThemAreMalformed() {
      for (Control message :
          List.of(
              new Control.Hold(foreign, 1, 0),
              new Control.Release(foreign, 1),
              new Control.Voided(foreign),
              new Control.Voided(mine), // 3 did not create it
              new Control.Held(foreign, 1), // 3 does not own it
              new Control.Gone(foreign, 1, Loss.FREED))) {
        assertThatThrownBy(() -> owner.onControl(3, message))
            .isInstanceOf(MalformedException.class)
            .hasMessageContaining("worker 3")
            .hasMessageContaining(message.toString());
      }
    }

    @Test
    void aHoldOnAValueThatTheOwnerNeverMadeIsAnsweredWithGone() {
      owner.onControl(1, new Control.Hold(new ValueId(0, 0, 99), 1, 0));

      assertThat(group.network)
          .extracting(Letter::message)
          .containsExactly(new Control.Gone(new ValueId(0, 0, 99), 1, Loss.FREED));
      assertThat(owner.isEmpty()).isTrue();
    }

    @Test
    void onlyTheOwnerIsToldOfACreationAndOnlyTheCreatorUndoesIt() {
      assertThatIllegalArgumentException().isThrownBy(() -> owner.created(foreign, 1));
      assertThatIllegalArgumentException().isThrownBy(() -> owner.creationAborted(foreign));
    }

    @Test
    void anIdHasNoNegativeParts() {
      assertThatIllegalArgumentException().isThrownBy(() -> new ValueId(0, 0, -1));
      assertThatIllegalArgumentException().isThrownBy(() -> new ValueId(-1, 0, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> new ValueId(0, -1, 0));
    }
  }

  @Nested
  class Shutdown {
    @Test
    void dropsEverythingWithoutAWord() {
      ValueId own = owner.create(0).id();
      ValueId held = owner.create(1).id();
      owner.shutdown();

      assertThat(group.lost)
          .containsExactlyInAnyOrder(new Lost(0, own, Loss.CLOSED), new Lost(0, held, Loss.CLOSED));
      assertThat(group.sent).isEmpty();
      assertThat(group.freed).isEmpty();
      assertThat(owner.isEmpty()).isTrue();
    }

    @Test
    void leavesATableThatDoesNothing() {
      ValueId own = owner.create(0).id();
      owner.shutdown();
      owner.release(own);
      owner.received(new ValueId(1, 1, 0), 1, 1);
      owner.onControl(1, new Control.Hold(own, 1, 0));
      owner.workerLost(1);

      assertThat(owner.create(2).id()).isEqualTo(new ValueId(2, 0, 0));
      assertThat(owner.acquire(own)).isFalse();
      assertThat(owner.pass(own, 1)).isZero();
      assertThat(owner.use(own, 1)).isFalse();
      assertThat(owner.created(new ValueId(0, 1, 0), 1)).isFalse();
      assertThat(owner.loss(own)).isEqualTo(Loss.CLOSED);
      assertThat(owner.isEmpty()).isTrue();
      assertThat(group.sent).isEmpty();
    }
  }

  @Test
  void aListenerThatThrowsDoesNotStopTheOtherEffects() {
    List<ValueId> seen = new ArrayList<>();
    LifetimeTable table =
        new LifetimeTable(
            9,
            new LifetimeTable.Listener() {
              @Override
              public void send(int worker, Control message) {}

              @Override
              public void free(ValueId id) {}

              @Override
              public void lost(ValueId id, Loss reason) {
                seen.add(id);
                throw new UnsupportedOperationException("listener");
              }
            });
    for (int i = 0; i < 100; i++) {
      table.create(1);
    }

    assertThatThrownBy(() -> table.workerLost(1))
        .isInstanceOf(UnsupportedOperationException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(99));
    assertThat(seen).hasSize(100).doesNotHaveDuplicates();
  }
}
