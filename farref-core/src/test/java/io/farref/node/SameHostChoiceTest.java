package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.SameHost;
import org.junit.jupiter.api.Test;

class SameHostChoiceTest {
  @Test
  void theProgramComesBeforeThePropertyAndThatBeforeTheEnvironment() {
    assertThat(SameHostChoice.of(SameHost.AUTO, "tcp", "unix")).isEqualTo(SameHost.AUTO);
    assertThat(SameHostChoice.of(null, "tcp", "unix")).isEqualTo(SameHost.TCP);
    assertThat(SameHostChoice.of(null, null, "unix")).isEqualTo(SameHost.UNIX);
    assertThat(SameHostChoice.of(null, "", "")).isEqualTo(SameHost.AUTO);
    assertThat(SameHostChoice.of(null, null, null)).isEqualTo(SameHost.AUTO);
  }

  @Test
  void caseDoesNotMatter() {
    assertThat(SameHostChoice.of(null, null, "Unix")).isEqualTo(SameHost.UNIX);
  }

  @Test
  void anotherValueIsRefusedWithTheOnesThereAre() {
    assertThatThrownBy(() -> SameHostChoice.of(null, null, "pigeon"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("FARREF_SAME_HOST", "auto, tcp, unix", "'pigeon'");
    assertThatThrownBy(() -> SameHostChoice.of(null, "pigeon", null))
        .hasMessageContaining("farref.sameHost");
  }
}
