package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ref.lifetime.TestGroup.Control;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** G2: a worker that passes a reference on keeps it until the owner knows the receiver. */
class G2TransferTest extends LifetimeScenes {
  @Test
  void aPassedReferenceIsHeldUntilTheOwnerKnowsTheReceiver() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    user.release(id);
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
    group.deliverAll();
    assertThat(group.count(ControlMessage.Release.class)).isZero();
    assertThat(other.isConfirmed(id)).isFalse();

    hold.forEach(group::deliver);
    group.deliverAll();
    assertThat(other.isConfirmed(id)).isTrue();
    assertThat(user.isEmpty()).isTrue();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(2)));
  }

  @Test
  void aChainOfUnconfirmedReceiversKeepsTheValueAlive() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    group.hand(id, 2, 3);
    user.release(id);
    other.release(id);
    List<Control> holds = group.holdBack(ControlMessage.Hold.class);
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
  void aReceiverThatReleasesBeforeTheOwnerKnowsItKeepsTheValueForItsCallsUntilThen() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    user.release(id);
    other.release(id); // a call of it may be under way behind its HOLD
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
    group.deliverAll();
    assertThat(group.freed).isEmpty();

    hold.forEach(group::deliver);
    assertThat(owner.use(id, 2)).isNotNull();
    owner.release(id);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
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
    assertThat(group.count(ControlMessage.Done.class)).isOne();
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

    owner.received(id, group.token(id), 1, transfer);
    group.deliverAll();
    assertThat(user.isEmpty()).isTrue();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(0)));
  }

  @Test
  void aReferenceThatAWorkerPassesToItselfIsSettledWithoutAMessage() {
    ValueId id = group.value(0, 1);
    group.sent.clear();
    long transfer = user.pass(id, 1);
    user.release(id);
    assertThat(user.heldCount()).isOne();

    user.received(id, group.token(id), 1, transfer);
    assertThat(group.sent).isEmpty();
    user.release(id);
    assertThat(user.isEmpty()).isTrue();
  }

  @Test
  void aTransferInAMessageThatCannotBeSentIsUndone() {
    ValueId id = group.value(0, 1);
    long transfer = user.pass(id, 2);
    user.release(id);
    assertThat(group.count(ControlMessage.Release.class)).isZero();

    user.passAborted(id, 2, transfer);
    user.passAborted(id, 2, transfer);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void aReferenceMayBePassedAndUsedBeforeItsCreationArrives() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    group.hand(id, 1, 2);
    user.release(id);
    group.deliverAll();
    assertThat(owner.use(id, 2)).isNotNull();
    assertThat(other.isConfirmed(id)).isFalse();
    owner.release(id);
    assertThat(group.freed).isEmpty();

    group.arrive(creation);
    group.deliverAll();
    assertThat(other.isConfirmed(id)).isTrue();
    assertThat(owner.owned()).isEqualTo(Map.of(id, Set.of(2)));
  }
}
