package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.ref.lifetime.TestGroup.Lost;
import org.junit.jupiter.api.Test;

/** The limit of values that one worker can hold of another one. */
class HeldLimitTest {
  private static final int LIMIT = 3;

  private final TestGroup group = new TestGroup(4, LIMIT);
  private final TableById owner = group.table(0);
  private final TableById user = group.table(1);
  private final TableById other = group.table(2);

  private ValueId[] fill() {
    ValueId[] all = new ValueId[LIMIT];
    for (int i = 0; i < LIMIT; i++) {
      all[i] = group.value(0, 1);
    }
    assertThat(owner.table.isFull(1)).isTrue();
    return all;
  }

  /** The worker can take as many as if it had none. */
  private void assertHoldsNone(int worker) {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(owner.table.isFull(worker)).isFalse();
      group.value(0, worker);
    }
    assertThat(owner.table.isFull(worker)).isTrue();
  }

  @Test
  void aCreationBeyondTheLimitIsRefused() {
    ValueId[] all = fill();
    TableById.Creation creation = user.create(0);
    assertThat(owner.created(creation.id(), creation.holding(), creation.token())).isNull();
    group.deliverAll();

    assertThat(group.lost).containsExactly(new Lost(1, creation.id(), LossReason.OVER_LIMIT));
    assertThat(owner.ownedCount()).isEqualTo(LIMIT);
    user.release(all[0]);
    group.deliverAll();
    assertThat(owner.table.isFull(1)).isFalse();
    group.value(0, 1);
    assertThat(owner.table.isFull(1)).isTrue();
  }

  @Test
  void workersThatWaitForARefusedCreationAreTold() {
    fill();
    TableById.Creation creation = user.create(0);
    group.hand(creation.id(), 1, 2);
    group.deliverAll();
    assertThat(owner.created(creation.id(), creation.holding(), creation.token())).isNull();
    group.deliverAll();

    assertThat(group.lost).contains(new Lost(2, creation.id(), LossReason.OVER_LIMIT));
    assertHoldsNone(2);
  }

  @Test
  void aHoldBeyondTheLimitIsRefusedAndItsPasserIsSettled() {
    fill();
    ValueId id = owner.create(0).id();
    user.received(id, group.token(id), 0, owner.pass(id, 1));
    owner.release(id);
    group.deliverAll();

    assertThat(group.lost).containsExactly(new Lost(1, id, LossReason.OVER_LIMIT));
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void anAwaitedValueCountsEvenIfItWasReleased() {
    for (int i = 0; i < LIMIT; i++) {
      owner.onControl(2, new ControlMessage.Hold(new ValueId(0, 1, 100 + i), 1, 0, 7));
      owner.onControl(2, new ControlMessage.Release(new ValueId(0, 1, 100 + i), 1));
    }
    assertThat(owner.table.isFull(2)).isTrue();
    owner.onControl(2, new ControlMessage.Hold(new ValueId(0, 1, 200), 1, 0, 7));
    owner.onControl(2, new ControlMessage.Release(new ValueId(0, 1, 201), 1));
    assertThat(owner.ownedCount()).isEqualTo(LIMIT);
    assertThat(group.network)
        .singleElement()
        .isEqualTo(
            new TestGroup.Control(0, 2, new ControlMessage.Full(new ValueId(0, 1, 200), 1, LIMIT)));
    owner.workerLost(1);
    assertThat(owner.isEmpty()).isTrue();
    assertHoldsNone(2);
  }

  @Test
  void aHolderOfManyWorkersValuesCountsAtEachOwner() {
    fill();
    for (int i = 0; i < LIMIT; i++) {
      group.value(3, 1);
      group.value(0, 2);
    }
    assertThat(owner.table.isFull(2)).isTrue();
    assertThat(group.table(3).table.isFull(1)).isTrue();
    owner.workerLost(1);
    assertThat(owner.table.isFull(1)).isFalse();
    assertThat(other.heldCount()).isEqualTo(LIMIT);
  }

  /** The owner does not answer. A passer that is malicious passes what that one names. */
  @Test
  void whatWaitsForAnOwnerThatDoesNotAnswerIsBoundedForEachPasser() {
    int most = 1 << 16;
    for (int i = 0; i < most; i++) {
      ValueId id = new ValueId(3, 3, i / 2); // each twice
      user.table.release(user.table.received(id, 42, 2, 1 + i));
    }
    assertThat(user.heldCount()).isEqualTo(most / 2);
    for (int i = 0; i < 10; i++) {
      RefEntry dead = user.table.received(new ValueId(3, 3, most + i), 42, 2, 1);
      assertThat(user.table.loss(dead)).isEqualTo(LossReason.OVER_LIMIT);
      user.table.release(dead);
    }
    RefEntry known = user.table.received(new ValueId(3, 3, 0), 42, 2, most + 1);
    assertThat(group.count(ControlMessage.Done.class)).as("its passer is not kept").isEqualTo(11);
    user.table.release(known);
    assertThat(user.heldCount()).isEqualTo(most / 2);

    ValueId others = group.table(0).create(0).id();
    group.network.clear();
    group.hand(others, 0, 1);
    group.deliverAll();
    assertThat(user.isConfirmed(others)).as("others pass as ever").isTrue();
    user.workerLost(2);
    assertThat(user.heldCount()).isEqualTo(1);
  }

  @Test
  void tooManyCreationsOutOfOrderAreMalformed() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 200_000; i++) {
                owner.onControl(1, new ControlMessage.Voided(new ValueId(0, 1, 2L * i + 1)));
              }
            })
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("65536");
  }
}
