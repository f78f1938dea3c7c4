package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StripeTest {
  private final Stripe stripe = new Stripe();

  private static RefEntry entry(ValueId id) {
    return id.owner() == 0 ? new OwnerEntry(id, new Holders(), id) : UserEntry.creating(id, 1);
  }

  @Test
  void afterManyAdditionsAndRemovalsTheRestIsFound() {
    Random random = new Random(7);
    Map<ValueId, RefEntry> model = new HashMap<>();
    for (int round = 0; round < 200_000; round++) {
      // Grows to hundreds and shrinks to none, again and again; ids collide often.
      int most = round / 5_000 % 2 == 0 ? 700 : 5;
      ValueId id = new ValueId(random.nextInt(2), random.nextInt(3), random.nextInt(200));
      RefEntry known = model.get(id);
      assertThat(stripe.get(id)).isSameAs(known);
      if (known == null && model.size() < most) {
        RefEntry added = entry(id);
        stripe.add(added);
        model.put(id, added);
      } else if (known != null && random.nextInt(700) >= most - model.size()) {
        stripe.remove(known);
        stripe.remove(known); // does nothing
        model.remove(id);
      }
    }
    assertSame(model);
  }

  private void assertSame(Map<ValueId, RefEntry> model) {
    List<RefEntry> seen = new ArrayList<>();
    stripe.forEach(seen::add);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(model.values());
    long owned = model.values().stream().filter(OwnerEntry.class::isInstance).count();
    assertThat(stripe.owned()).isEqualTo((int) owned);
    assertThat(stripe.held()).isEqualTo(model.size() - (int) owned);
  }

  @Test
  void entriesThatAStepEndsAreRemovedAndNoOthers() {
    Map<ValueId, RefEntry> model = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      ValueId id = new ValueId(1, 0, i);
      model.put(id, entry(id));
      stripe.add(model.get(id));
    }
    TableState table =
        new TableState(
            0,
            new Listening(_ -> {}),
            Set.of(),
            new Quotas(1),
            new Quotas(1),
            new CreationWatermarks(0, CreationWatermark::new, 1),
            id -> new OwnerEntry(id, new Holders(), id));
    Effects effects = new Effects(table);
    stripe.forEach(
        each -> {
          if (each.number() % 3 != 0) {
            each.dropHandle();
            each.endIfUnused(effects);
          }
        });
    model.values().removeIf(each -> each.number() % 3 != 0);

    assertSame(model);
  }
}
