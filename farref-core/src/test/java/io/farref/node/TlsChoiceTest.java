package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Tls;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TlsChoiceTest {
  private static final Map<String, String> FILES =
      Map.of("FARREF_TLS_CERT", "w.pem", "FARREF_TLS_KEY", "w.key", "FARREF_TLS_CA", "ca.pem");

  @Test
  void theEnvironmentNamesTheFiles() {
    assertThat(TlsChoice.of(null, FILES).orElseThrow().source())
        .isEqualTo(new Tls.PemFiles(Path.of("w.pem"), Path.of("w.key"), Path.of("ca.pem")));
  }

  @Test
  void theProgramComesFirst() {
    Tls own = Tls.pem(Path.of("a"), Path.of("b"), Path.of("c"));
    assertThat(TlsChoice.of(own, FILES)).containsSame(own);
  }

  @Test
  void withoutFilesThereIsNoTls() {
    assertThat(TlsChoice.of(null, Map.of())).isEmpty();
    assertThat(TlsChoice.of(null, Map.of("FARREF_TLS_KEY", ""))).isEmpty();
  }

  @Test
  void someOfTheFilesAreNotEnough() {
    assertThatThrownBy(() -> TlsChoice.of(null, Map.of("FARREF_TLS_CERT", "w.pem")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not set: FARREF_TLS_KEY, FARREF_TLS_CA");
  }
}
