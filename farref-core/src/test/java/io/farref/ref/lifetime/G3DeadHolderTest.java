package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ref.lifetime.TestGroup.Control;
import io.farref.ref.lifetime.TestGroup.Lost;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** G3: a holder that dies is forgotten, and the values that only it held are freed. */
class G3DeadHolderTest extends LifetimeScenes {
  /** The owner does not answer: it is malicious, or the value will never come. */
  @Test
  void aHoldingThatOnlyWaitsForItsOwnersAnswerEndsWithItsPasser() {
    for (int i = 0; i < 3; i++) {
      ValueId id = new ValueId(0, 3, i);
      user.received(id, 42, 2, 1 + i);
      user.release(id);
    }
    group.holdBack(ControlMessage.Hold.class);
    assertThat(user.heldCount()).as("the passers keep the values until then").isEqualTo(3);
    user.workerLost(2);
    assertThat(user.heldCount()).isZero();
    assertThat(group.holdBack(ControlMessage.Release.class)).hasSize(3);
  }

  @Test
  void aValueThatOnlyTheDeadWorkerHeldIsFreed() {
    ValueId only = group.value(0, 1);
    ValueId shared = group.value(0, 1);
    group.hand(shared, 1, 2);
    group.deliverAll();

    owner.workerLost(1);
    assertThat(group.freed).containsExactly(only);
    assertThat(owner.owned()).isEqualTo(Map.of(shared, Set.of(2)));
  }

  @Test
  void aReferenceOnItsWayToADeadWorkerIsNoLongerPinned() {
    ValueId id = group.value(0, 1);
    user.pass(id, 2);
    user.release(id);
    user.workerLost(2);

    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void aReferenceThatTheOwnerPassedToADeadWorkerIsNoLongerPinned() {
    ValueId id = owner.create(0).id();
    owner.pass(id, 1);
    owner.release(id);
    assertThat(group.freed).isEmpty();

    owner.workerLost(1);
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void aReferencePassedToADeadWorkerIsNotPinned() {
    ValueId id = group.value(0, 1);
    user.workerLost(2);
    assertThat(user.pass(id, 2)).isPositive();
    user.release(id);

    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void messagesOfADeadWorkerAreIgnored() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    owner.workerLost(2);
    group.deliverAll();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(1)));

    TableById.Creation late = other.create(0);
    assertThat(owner.created(late.id(), late.holding(), late.token())).isNull();
    assertThat(owner.use(id, 2)).isNull();
  }

  @Test
  void aReceiverWhosePasserDiedTooEarlyIsTold() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    owner.workerLost(1);
    other.workerLost(1);
    assertThat(group.freed).containsExactly(id);

    group.deliverAll();
    assertThat(group.lost).containsExactly(new Lost(2, id, LossReason.FREED));
    assertThat(other.loss(id)).isEqualTo(LossReason.FREED);
    assertThat(other.acquire(id)).isFalse();
    other.release(id);
    assertThat(other.isEmpty()).isTrue();
  }

  @Test
  void aValueWhoseCreatorDiedBeforeItsCreationCameIsLost() {
    ValueId id = user.create(0).id();
    group.hand(id, 1, 2);
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
    hold.forEach(group::deliver);
    assertThat(owner.use(id, 2)).isNotNull();
    owner.workerLost(1);
    group.deliverAll();

    assertThat(group.lost)
        .containsExactly(
            new Lost(0, id, LossReason.CREATOR_LOST), new Lost(2, id, LossReason.CREATOR_LOST));
    assertThat(group.freed).isEmpty();
    owner.release(id);
    assertThat(owner.isEmpty()).isTrue();
  }

  @Test
  void aValueWhoseCreationCouldNotBeSentIsVoid() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    group.hand(id, 1, 2);
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
    user.creationAborted(creation);
    assertThat(user.loss(id)).isEqualTo(LossReason.NOT_CREATED);
    group.deliverAll();
    hold.forEach(group::deliver);
    group.deliverAll();

    assertThat(other.loss(id)).isNotNull();
    other.release(id);
    user.release(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aCreationThatCouldNotBeSentIsUndoneAlsoWhenItsReferenceIsClosed() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    group.hand(id, 1, 2);
    user.release(id);
    group.deliverAll();
    user.creationAborted(creation); // its entry has ended
    group.deliverAll();

    assertThat(other.loss(id)).isEqualTo(LossReason.NOT_CREATED);
    other.release(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aReferenceToAFreedValueInALateMessageOfADeadWorkerIsLostAtTheOwnerToo() {
    ValueId id = group.value(0, 1);
    long transfer = user.pass(id, 0);
    owner.workerLost(1);
    assertThat(group.freed).containsExactly(id);

    owner.received(id, group.token(id), 1, transfer);
    assertThat(owner.loss(id)).isEqualTo(LossReason.FREED);
    assertThat(owner.use(id, 2)).isNull();
    owner.release(id);
    assertThat(owner.isEmpty()).isTrue();
    assertThat(group.freed).containsExactly(id);
  }
}
