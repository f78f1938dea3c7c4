package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small messages that stand for much. */
class BlowUpTest {
  private static final int LITTLE = 4 << 20;

  /** Each list has the one before it twice: unfolded, it has 2 to the power of 200 elements. */
  @Test
  void listsThatShareOneAnotherStayAsSmallAsTheirMessage() {
    List<Object> all = new ArrayList<>(List.of("x"));
    for (int i = 0; i < 200; i++) {
      all = new ArrayList<>(List.of(all, all));
    }
    Pipe pipe = Pipe.of();
    byte[] message = pipe.write(all);
    assertThat(message.length).isLessThan(2_000);
    pipe.read(message);
    long before = Pipe.allocated();
    List<?> read = (List<?>) pipe.read(message);
    assertThat(Pipe.allocated() - before).isLessThan(LITTLE);
    assertThat(read.get(0)).isSameAs(read.get(1));
  }

  @Test
  void mapsThatShareOneAnotherAsValuesStayAsSmallAsTheirMessage() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < 200; i++) {
      Map<String, Object> next = new LinkedHashMap<>();
      next.put("left", all);
      next.put("right", all);
      all = next;
    }
    Pipe pipe = Pipe.of();
    byte[] message = pipe.write(all);
    pipe.read(message);
    long before = Pipe.allocated();
    Map<?, ?> read = (Map<?, ?>) pipe.read(message);
    assertThat(Pipe.allocated() - before).isLessThan(LITTLE);
    assertThat(read.get("left")).isSameAs(read.get("right"));
  }

  @Test
  void aBillionCopiesOfAnElementAreStillOne() {
    Pipe pipe = Pipe.of();
    byte[] message = pipe.write(Collections.nCopies(1_000_000_000, "x"));
    pipe.read(message);
    long before = Pipe.allocated();
    assertThat((List<?>) pipe.read(message)).element(999_999_999).isEqualTo("x");
    assertThat(Pipe.allocated() - before).isLessThan(LITTLE);
  }

  @Test
  void depthIsRefusedBeforeItCostsThreads() {
    List<Object> deep = List.of();
    for (int i = 0; i < 5_000; i++) {
      deep = List.of(deep);
    }
    byte[] message = Pipe.of().write(deep);
    Codec cautious = Pipe.codec(Pipe.ALLOW, Limits.DEFAULT.withMaxDepth(100));
    int before = Thread.activeCount();
    assertThatThrownBy(() -> new Pipe(cautious, cautious).read(message))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxDepth is 100");
    assertThat(Thread.activeCount()).isEqualTo(before);
  }
}
