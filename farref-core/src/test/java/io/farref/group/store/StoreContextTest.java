package io.farref.group.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreContextTest {
  @Test
  void threadsOfANamedWorkerHaveItsName() {
    assertThat(new StoreContext(Optional.empty(), Optional.of("w")).threadPrefix())
        .isEqualTo("farref-w-");
  }

  @Test
  void threadsOfAWorkerWithoutANameAreNamedAfterTheJvm() {
    assertThat(StoreContext.NONE.threadPrefix()).isEqualTo("farref-jvm-");
  }
}
