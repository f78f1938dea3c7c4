package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CreationWatermarkTest {
  private final CreationWatermark creations = new CreationWatermark();

  @Test
  void eachNumberIsAddedOnce() {
    assertThat(creations.add(0)).isTrue();
    assertThat(creations.add(2)).isTrue();
    assertThat(creations.add(0)).isFalse();
    assertThat(creations.add(2)).isFalse();
  }

  @Test
  void aGapIsNotContained() {
    creations.add(0);
    creations.add(2);

    assertThat(creations.contains(0)).isTrue();
    assertThat(creations.contains(1)).isFalse();
    assertThat(creations.contains(2)).isTrue();
    assertThat(creations.contains(3)).isFalse();
  }

  @Test
  void numbersInAnyOrderAreAllContainedInTheEndAndNeedNoMemoryOneByOne() {
    List<Long> numbers = LongStream.range(0, 1_000).boxed().collect(Collectors.toList());
    Collections.shuffle(numbers, new Random(5));
    for (long number : numbers) {
      assertThat(creations.contains(number)).isFalse();
      assertThat(creations.add(number)).isTrue();
      assertThat(creations.contains(number)).isTrue();
    }

    assertThat(creations.outOfOrder()).isZero();
  }
}
