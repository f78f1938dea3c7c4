package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.ref.lifetime.TestGroup.Control;
import io.farref.ref.lifetime.TestGroup.Lost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The table apart from the protocol: misuse, and its end. */
class LifetimeTableTest extends LifetimeScenes {
  @Nested
  class Misuse {
    private final ValueId mine = new ValueId(0, 1, 0);
    private final ValueId foreign = new ValueId(2, 1, 0);
    private final StackTraceElement site = new StackTraceElement("C", "m", "C.java", 5);

    @Test
    void messagesFromWorkersThatAreNotEntitledToSendThemAreMalformed() {
      for (ControlMessage message :
          List.of(
              new ControlMessage.Hold(foreign, 1, 0, 7),
              new ControlMessage.Release(foreign, 1),
              new ControlMessage.Voided(foreign),
              new ControlMessage.Voided(mine), // 3 did not create it
              new ControlMessage.Origin(foreign, site),
              new ControlMessage.Origin(mine, site), // 3 did not create it
              new ControlMessage.Held(foreign, 1), // 3 does not own it
              new ControlMessage.Gone(foreign, 1, LossReason.FREED),
              new ControlMessage.Full(foreign, 1, 5))) {
        assertThatThrownBy(() -> owner.onControl(3, message))
            .isInstanceOf(MalformedException.class)
            .hasMessageContaining("worker 3")
            .hasMessageContaining(message.toString());
      }
    }

    @Test
    void aHoldOnAValueThatTheOwnerNeverMadeIsAnsweredWithGone() {
      owner.onControl(1, new ControlMessage.Hold(new ValueId(0, 0, 99), 1, 0, 7));

      assertThat(group.network)
          .extracting(Control::message)
          .containsExactly(new ControlMessage.Gone(new ValueId(0, 0, 99), 1, LossReason.FREED));
      assertThat(owner.isEmpty()).isTrue();
    }

    @Test
    void onlyTheOwnerIsToldOfACreation() {
      assertThatIllegalArgumentException().isThrownBy(() -> owner.created(foreign, 1, 7));
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
    void dropsEverythingWithoutAMessage() {
      ValueId own = owner.create(0).id();
      ValueId held = owner.create(1).id();
      owner.shutdown();

      assertThat(group.lost)
          .containsExactlyInAnyOrder(
              new Lost(0, own, LossReason.CLOSED), new Lost(0, held, LossReason.CLOSED));
      assertThat(group.sent).isEmpty();
      assertThat(group.freed).isEmpty();
      assertThat(owner.isEmpty()).isTrue();
    }

    @Test
    void leavesATableThatDoesNothing() {
      ValueId own = owner.create(0).id();
      owner.shutdown();
      owner.release(own);
      owner.received(new ValueId(1, 1, 0), 7, 1, 1);
      owner.onControl(1, new ControlMessage.Hold(own, 1, 0, 7));
      owner.workerLost(1);

      assertThat(owner.create(2).id()).isEqualTo(new ValueId(2, 0, 0));
      assertThat(owner.acquire(own)).isFalse();
      assertThat(owner.pass(own, 1)).isZero();
      assertThat(owner.use(own, 1)).isNull();
      assertThat(owner.created(new ValueId(0, 1, 0), 1, 7)).isNull();
      assertThat(owner.loss(own)).isEqualTo(LossReason.CLOSED);
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
              public void send(int worker, ControlMessage message) {}

              @Override
              public void free(OwnerEntry entry) {}

              @Override
              public void lost(RefEntry entry, LossReason reason) {
                seen.add(entry.id());
                throw new UnsupportedOperationException("listener");
              }

              @Override
              public void origin(OwnerEntry entry, StackTraceElement site) {}
            },
            Integer.MAX_VALUE,
            Object::new);
    for (int i = 0; i < 100; i++) {
      table.open(1);
    }

    assertThatThrownBy(() -> table.workerLost(1))
        .isInstanceOf(UnsupportedOperationException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(99));
    assertThat(seen).hasSize(100).doesNotHaveDuplicates();
  }
}
