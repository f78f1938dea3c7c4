package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ref.lifetime.TestGroup.Control;
import io.farref.ref.lifetime.TestGroup.Lost;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A creation that its owner has not confirmed in time counts as lost for its creator. */
class LateCreationTest extends LifetimeScenes {
  private final TableById.Creation creation = user.create(0);
  private final ValueId id = creation.id();

  private void timeOut() {
    user.table.creationTimedOut((UserEntry) creation.entry());
  }

  @Test
  void aValueWhoseCreationComesBeforeTheReleaseOfItsCreatorIsFreedByIt() {
    timeOut();
    assertThat(group.lost).containsExactly(new Lost(1, id, LossReason.TIMED_OUT));
    group.arrive(creation);
    group.deliverAll();

    assertThat(group.freed).containsExactly(id);
    assertThat(user.loss(id)).as("the late HELD changes nothing").isEqualTo(LossReason.TIMED_OUT);
    user.release(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aValueWhoseCreationComesAfterTheReleaseOfItsCreatorIsFreedAtOnce() {
    timeOut();
    group.deliverAll();
    assertThat(group.freed).isEmpty();
    group.arrive(creation);
    assertThat(group.freed).containsExactly(id);

    group.deliverAll();
    user.release(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aCreationThatWasConfirmedDoesNotTimeOut() {
    group.arrive(creation);
    group.deliverAll();
    timeOut();
    assertThat(user.loss(id)).isNull();

    user.release(id);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aCreationWhoseReferenceWasClosedDoesNotTimeOut() {
    user.release(id);
    timeOut();
    assertThat(group.lost).isEmpty();
    group.arrive(creation);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aReferenceWhoseCreationTimedOutIsNotPassedOn() {
    timeOut();
    assertThat(user.pass(id, 2)).isZero();
    assertThat(user.acquire(id)).isFalse();
  }

  @Test
  void aWorkerThatWasGivenTheReferenceBeforeKeepsTheValue() {
    group.hand(id, 1, 2);
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
    hold.forEach(group::deliver);
    timeOut();
    group.arrive(creation);
    group.deliverAll();

    assertThat(group.freed).isEmpty();
    assertThat(other.isConfirmed(id)).isTrue();
    other.release(id);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
    user.release(id);
    assertThat(group.allEmpty()).isTrue();
  }

  @Test
  void aWorkerWhoseHoldComesAfterTheCreatorsReleaseIsToldThatTheValueIsGone() {
    group.hand(id, 1, 2);
    List<Control> hold = group.holdBack(ControlMessage.Hold.class);
    timeOut();
    group.arrive(creation);
    group.deliverAll();
    assertThat(group.freed).containsExactly(id);
    hold.forEach(group::deliver);
    group.deliverAll();

    assertThat(other.loss(id)).isEqualTo(LossReason.FREED);
    other.release(id);
    user.release(id);
    assertThat(group.allEmpty()).isTrue();
  }
}
