package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ref.lifetime.TestGroup.Control;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** G5: control messages may come late, repeated and reordered. */
class G5IdempotenceTest extends LifetimeScenes {
  @Test
  void aLateHoldDoesNotReviveAHolding() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
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
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
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
    List<Control> release = group.holdBack(ControlMessage.Release.class);
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
    long first = ((ControlMessage.Hold) group.network.getFirst().message()).number();
    group.deliverAll();
    other.release(id);
    group.hand(id, 1, 2);

    other.onControl(0, new ControlMessage.Held(id, first));
    assertThat(other.isConfirmed(id)).isFalse();
    other.onControl(0, new ControlMessage.Gone(id, first, LossReason.FREED));
    assertThat(other.loss(id)).isNull();
  }

  @Test
  void aRepeatedDoneSettlesOneTransferOnly() {
    ValueId id = group.value(0, 1);
    long first = user.pass(id, 2);
    long second = user.pass(id, 2);
    user.release(id);
    user.onControl(2, new ControlMessage.Done(id, first));
    user.onControl(2, new ControlMessage.Done(id, first));
    assertThat(user.isEmpty()).isFalse();

    user.onControl(3, new ControlMessage.Done(id, second)); // not its transfer
    assertThat(user.isEmpty()).isFalse();
    user.onControl(2, new ControlMessage.Done(id, second));
    assertThat(user.isEmpty()).isTrue();
  }

  @Test
  void aRepeatedVoidLosesAValueOnce() {
    TableById.Creation creation = user.create(0);
    ValueId id = creation.id();
    group.hand(id, 1, 2);
    group.deliverAll();
    assertThat(owner.use(id, 2)).isNotNull();
    user.creationAborted(creation);
    Control control = group.holdBack(ControlMessage.Voided.class).getFirst();
    group.deliver(control);
    group.deliver(control);

    assertThat(group.lost).filteredOn(each -> each.worker() == 0).hasSize(1);
  }

  @Test
  void aCreationThatComesAgainIsRefused() {
    TableById.Creation creation = user.create(0);
    group.arrive(creation);

    assertThat(owner.created(creation.id(), creation.holding(), creation.token())).isNull();
  }
}
