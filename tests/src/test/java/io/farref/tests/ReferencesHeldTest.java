package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The limit on the values of a worker that another worker may hold. */
@ExtendWith(NoLeaks.class)
class ReferencesHeldTest {
  private static final int LIMIT = 10;
  private static final AtomicInteger MADE = new AtomicInteger();

  private final LocalGroup group =
      LocalGroup.builder()
          .configure(worker -> worker.limits(Limits.DEFAULT.withMaxReferencesHeld(LIMIT)))
          .start("a", "b", "c");
  private final Worker a = group.worker("a");
  private final Worker b = group.worker("b");
  private final List<RRef<?>> held = new ArrayList<>();

  @AfterEach
  void close() {
    held.forEach(RRef::close);
    Groups.closeEmpty(group);
    MADE.set(0);
  }

  private RRef<Integer> make(String worker) {
    RRef<Integer> made = group.worker(worker).peer("b").remote(() -> MADE.incrementAndGet());
    held.add(made);
    return made;
  }

  private static void assertOverLimit(RRef<?> reference) {
    TwoWorkers.eventually(
        () ->
            assertThatThrownBy(reference::toHere)
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("limit maxReferencesHeld of worker b is " + LIMIT));
  }

  @Test
  void aCreationOverTheLimitFailsItsReferenceAndIsNotMade() {
    for (int i = 1; i <= LIMIT; i++) {
      assertThat(make("a").toHere()).isEqualTo(i);
    }
    RRef<Integer> tooMany = make("a");
    assertOverLimit(tooMany);
    assertThatThrownBy(tooMany::toHere).hasMessageContaining("got " + (LIMIT + 1));
    assertThat(MADE).hasValue(LIMIT);
    assertThat(make("c").toHere()).as("others have their own limit").isEqualTo(LIMIT + 1);
    assertThat(b.stats().valuesOwned()).isEqualTo(LIMIT + 1);

    held.removeFirst().close();
    TwoWorkers.eventually(() -> assertThat(make("a").toHere()).isPositive());
  }

  @Test
  void aReceivedReferenceOverTheLimitFails() {
    for (int i = 0; i < LIMIT; i++) {
      make("a");
    }
    RRef<Integer> fromC = make("c");
    RRef<RRef<Integer>> atA = group.worker("c").peer("a").remote(() -> fromC);
    held.add(atA);
    TwoWorkers.eventually(
        () ->
            assertThatThrownBy(() -> atA.rpcSync(r -> r.toHere()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("limit maxReferencesHeld of worker b is " + LIMIT));
    assertThat(fromC.toHere()).isPositive();
    assertThat(b.ownedValues()).hasSize(LIMIT + 1);
    atA.runSync(RRef::close);
  }
}
