package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReferenceTokensTest {
  @Test
  void aTokenIsTheSipHashOfOwnerAndNumber() {
    // Computed by another implementation, which gives the published vectors; hashed are 16 bytes.
    ReferenceTokens tokens = new ReferenceTokens(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    assertThat(tokens.of(0, 0)).isEqualTo(0x98a0d3c0ef557701L);
    assertThat(tokens.of(0x03020100, 0x0f0e0d0c0b0a0908L)).isEqualTo(0x65690ae10391ae19L);
  }

  @Test
  void tokensDifferByOwnerNumberAndKey() {
    ReferenceTokens some = ReferenceTokens.random();
    ReferenceTokens others = ReferenceTokens.random();
    Set<Long> all = new HashSet<>();
    for (int owner = 0; owner < 100; owner++) {
      for (int number = 0; number < 100; number++) {
        all.add(some.of(owner, number));
        all.add(others.of(owner, number));
      }
    }
    assertThat(all).hasSize(20_000);
  }
}
