package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RRef;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The list of the values that a worker owns. */
@ExtendWith(NoLeaks.class)
class OwnedValuesTest {
  @Test
  void valuesFreedWhileTheListIsMadeAreHarmless() throws Exception {
    LocalGroup group = Wire.IN_PROCESS.group().start("a");
    Worker a = group.worker("a");
    for (int round = 0; round < 20; round++) {
      List<RRef<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        all.add(a.rref(i));
      }
      Thread closing = Thread.ofPlatform().start(() -> all.forEach(RRef::close));
      while (closing.isAlive()) {
        assertThat(a.ownedValues()).hasSizeLessThanOrEqualTo(5_000);
      }
      closing.join();
    }
    Groups.closeEmpty(group);
  }
}
