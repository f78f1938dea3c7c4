package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionGuardTest {
  private final PartitionGuard quorum = new PartitionGuard(100);

  @Test
  void theLargerSideOfAPartitionMayEvict() {
    quorum.lost(3, 0);
    quorum.lost(4, 10);
    assertThat(quorum.mayEvict(Set.of(0, 1, 2), 20)).isTrue();
  }

  @Test
  void theSmallerSideOfAPartitionMayNotEvict() {
    quorum.lost(0, 0);
    quorum.lost(1, 0);
    quorum.lost(2, 0);
    assertThat(quorum.mayEvict(Set.of(3, 4), 20)).isFalse();
  }

  @Test
  void ofTwoHalvesTheOneWithTheLowestIdMayEvict() {
    quorum.lost(3, 0);
    assertThat(quorum.mayEvict(Set.of(2), 20)).isTrue();
    PartitionGuard other = new PartitionGuard(100);
    other.lost(2, 0);
    assertThat(other.mayEvict(Set.of(3), 20)).isFalse();
  }

  @Test
  void oldLossesDoNotCount() {
    quorum.lost(0, 0);
    quorum.lost(1, 0);
    assertThat(quorum.mayEvict(Set.of(2), 100)).isFalse();
    assertThat(quorum.mayEvict(Set.of(2), 101)).isTrue();
  }
}
