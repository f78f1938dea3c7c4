package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HoldersTest {
  private final Holders holders = new Holders();

  @Test
  void holdAndReleaseOfOneHoldingCommute() {
    assertThat(holders.hold(7, 3)).isTrue();
    holders.release(7, 3);
    assertThat(holders.any()).isFalse();

    holders.release(8, 5);
    assertThat(holders.hold(8, 5)).isFalse();
    assertThat(holders.any()).isFalse();
  }

  @Test
  void theLatestHoldingOverrulesEarlierOnes() {
    holders.hold(7, 4);
    assertThat(holders.hold(7, 3)).isFalse();
    holders.release(7, 3);

    assertThat(snapshot(holders)).isEqualTo(Map.of(7, 4L));
  }

  @Test
  void aForgottenWorkerLeavesNoTombstone() {
    holders.hold(7, 4);
    holders.release(8, 9);
    holders.forget(7);
    holders.forget(8);
    holders.forget(9);

    assertThat(holders.any()).isFalse();
    assertThat(holders.hold(8, 1)).isTrue();
  }

  @Test
  void theLargestNumberFitsItsStamp() {
    assertThat(holders.hold(1, Holders.MAX_NUMBER)).isTrue();
    assertThat(snapshot(holders)).isEqualTo(Map.of(1, Holders.MAX_NUMBER));
    holders.release(1, Holders.MAX_NUMBER);
    assertThat(holders.any()).isFalse();
  }

  @Test
  void anyOrderAndRepetitionOfTheSameMessagesEndsTheSame() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      List<Update> updates = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        updates.add(new Update(random.nextInt(12), random.nextInt(4), random.nextBoolean()));
      }
      Holders straight = merged(updates);
      updates.addAll(updates.subList(0, random.nextInt(updates.size())));
      Collections.shuffle(updates, random);

      assertThat(snapshot(merged(updates))).isEqualTo(snapshot(straight));
    }
  }

  private record Update(int worker, long number, boolean held) {}

  private static Holders merged(List<Update> updates) {
    Holders holders = new Holders();
    for (Update each : updates) {
      if (each.held) {
        holders.hold(each.worker, each.number);
      } else {
        holders.release(each.worker, each.number);
      }
    }
    return holders;
  }

  private static Map<Integer, Long> snapshot(Holders holders) {
    Map<Integer, Long> all = new TreeMap<>();
    holders.forEach(all::put);
    assertThat(holders.any()).isEqualTo(!all.isEmpty());
    return all;
  }
}
