package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ref.LifetimeScenes;
import io.farref.ref.lifetime.TestGroup.Lost;
import org.junit.jupiter.api.Test;

/** G4: an owner that dies turns every reference to its values into a lost one, at once. */
class G4DeadOwnerTest extends LifetimeScenes {
  @Test
  void everyReferenceIsLostAtOnce() {
    ValueId id = group.value(0, 1);
    ValueId pending = user.create(0).id();
    ValueId elsewhere = group.value(2, 1);
    user.workerLost(0);

    assertThat(group.lost)
        .containsExactlyInAnyOrder(
            new Lost(1, id, LossReason.OWNER_LOST), new Lost(1, pending, LossReason.OWNER_LOST));
    assertThat(user.acquire(id)).isFalse();
    assertThat(user.loss(id)).isEqualTo(LossReason.OWNER_LOST);
    assertThat(user.loss(elsewhere)).isNull();
  }

  @Test
  void nothingIsSentToADeadOwner() {
    ValueId id = group.value(0, 1);
    user.workerLost(0);
    group.sent.clear();

    user.release(id);
    user.release(user.create(0).id());
    user.received(id, group.token(id), 2, 1);
    user.release(id);
    assertThat(group.sent).noneMatch(each -> each.to() == 0);
    assertThat(user.isEmpty()).isTrue();
  }

  @Test
  void aPasserDoesNotWaitForADeadOwner() {
    ValueId id = group.value(0, 1);
    group.hand(id, 1, 2);
    user.release(id);
    group.network.clear(); // the owner died with it
    other.workerLost(0);

    group.deliverAll();
    assertThat(user.isEmpty()).isTrue();
  }

  @Test
  void aLostReferenceIsNotKeptForItsReceivers() {
    ValueId id = group.value(0, 1);
    user.pass(id, 2);
    user.release(id);
    assertThat(user.isEmpty()).isFalse();

    user.workerLost(0);
    assertThat(user.isEmpty()).isTrue();
  }

  @Test
  void aValueCreatedOnADeadOwnerOrReceivedLaterIsLostFromTheStart() {
    ValueId received = group.value(0, 1);
    long transfer = user.pass(received, 2);
    other.workerLost(0);
    other.received(received, group.token(received), 1, transfer);
    ValueId created = other.create(0).id();

    assertThat(other.loss(received)).isEqualTo(LossReason.OWNER_LOST);
    assertThat(other.loss(created)).isEqualTo(LossReason.OWNER_LOST);
  }
}
