package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.farref.ref.LifetimeScenes;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** G1: the owner learns of every release. */
class G1ReleaseTest extends LifetimeScenes {
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
    assertThat(group.count(ControlMessage.Release.class)).isZero();

    user.release(id);
    assertThat(group.count(ControlMessage.Release.class)).isOne();
  }

  @Test
  void aReleaseMayOvertakeTheCallThatCreatesTheValue() {
    TableById.Creation creation = user.create(0);
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
    TableById.Creation creation = user.create(0);
    assertThat(owner.created(creation.id(), creation.holding(), creation.token())).isNotNull();
    user.release(creation.id());
    group.deliverAll();
    assertThat(group.freed).isEmpty();

    owner.release(creation.id());
    assertThat(group.freed).containsExactly(creation.id());
  }

  @Test
  void aValueIsNotFreedWhileACallRunsOnIt() {
    ValueId id = group.value(0, 1);
    assertThat(owner.use(id, 1)).isNotNull();
    user.release(id);
    group.deliverAll();
    assertThat(group.freed).isEmpty();

    owner.release(id);
    assertThat(group.freed).containsExactly(id);
  }

  @Test
  void aValueOfTheWorkerItselfNeedsNoMessage() {
    TableById.Creation creation = owner.create(0);
    assertThat(owner.isConfirmed(creation.id())).isTrue();
    assertThat(creation.holding()).isZero();

    owner.release(creation.id());
    assertThat(group.freed).containsExactly(creation.id());
    assertThat(group.sent).isEmpty();
  }

  @Test
  void aHandleIsMadeOnlyFromAHandle() {
    ValueId id = group.value(0, 1);
    long transfer = user.pass(id, 2);
    user.release(id);
    assertThat(user.acquire(id)).isFalse(); // pinned by the transfer, without a handle
    assertThat(user.pass(id, 3)).isZero();
    assertThat(user.loss(id)).isNull();

    other.received(id, group.token(id), 1, transfer);
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
