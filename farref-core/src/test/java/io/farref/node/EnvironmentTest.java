package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.SameHost;
import io.farref.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static Environment variables(Map<String, String> variables) {
    return new Environment(variables, _ -> null);
  }

  @Nested
  class SameHostTransport {
    private SameHost choice(
        @Nullable SameHost program, @Nullable String property, @Nullable String variable) {
      Map<String, String> variables =
          variable == null ? Map.of() : Map.of("FARREF_SAME_HOST", variable);
      return new Environment(variables, name -> name.equals("farref.sameHost") ? property : null)
          .sameHost(program);
    }

    @Test
    void theProgramPrecedesThePropertyWhichPrecedesTheVariable() {
      assertThat(choice(SameHost.AUTO, "tcp", "unix")).isEqualTo(SameHost.AUTO);
      assertThat(choice(null, "tcp", "unix")).isEqualTo(SameHost.TCP);
      assertThat(choice(null, null, "unix")).isEqualTo(SameHost.UNIX);
      assertThat(choice(null, "", "")).isEqualTo(SameHost.AUTO);
      assertThat(choice(null, null, null)).isEqualTo(SameHost.AUTO);
    }

    @Test
    void theCaseOfAValueDoesNotMatter() {
      assertThat(choice(null, null, "Unix")).isEqualTo(SameHost.UNIX);
    }

    @Test
    void anUnknownValueIsRefusedWithTheListOfChoices() {
      assertThatThrownBy(() -> choice(null, null, "pigeon"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("FARREF_SAME_HOST", "auto, tcp, unix", "'pigeon'");
      assertThatThrownBy(() -> choice(null, "pigeon", null))
          .hasMessageContaining("farref.sameHost");
    }
  }

  @Nested
  class TlsFiles {
    private static final Map<String, String> FILES =
        Map.of("FARREF_TLS_CERT", "w.pem", "FARREF_TLS_KEY", "w.key", "FARREF_TLS_CA", "ca.pem");

    @Test
    void theVariablesNameTheFiles() {
      assertThat(variables(FILES).tls(null).orElseThrow().source())
          .isEqualTo(new Tls.PemFiles(Path.of("w.pem"), Path.of("w.key"), Path.of("ca.pem")));
    }

    @Test
    void theProgramPrecedesTheVariables() {
      Tls own = Tls.pem(Path.of("a"), Path.of("b"), Path.of("c"));
      assertThat(variables(FILES).tls(own)).containsSame(own);
    }

    @Test
    void withoutFilesThereIsNoTls() {
      assertThat(variables(Map.of()).tls(null)).isEmpty();
      assertThat(variables(Map.of("FARREF_TLS_KEY", "")).tls(null)).isEmpty();
    }

    @Test
    void oneOfThreeFilesIsRefused() {
      assertThatThrownBy(() -> variables(Map.of("FARREF_TLS_CERT", "w.pem")).tls(null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not set: FARREF_TLS_KEY, FARREF_TLS_CA");
    }
  }

  @Nested
  class SessionTimeout {
    private Duration timeout(@Nullable Duration program, String variable) {
      return variables(Map.of("FARREF_SESSION_TIMEOUT", variable)).sessionTimeout(program);
    }

    @Test
    void theProgramPrecedesTheVariableWhichPrecedesTheDefault() {
      assertThat(timeout(Duration.ofSeconds(3), "nonsense")).isEqualTo(Duration.ofSeconds(3));
      assertThat(timeout(null, "2.5")).isEqualTo(Duration.ofMillis(2500));
      assertThat(timeout(null, "")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aValueThatIsNoNumberOfSecondsIsRefused() {
      assertThatThrownBy(() -> timeout(null, "soon"))
          .hasMessageContainingAll("FARREF_SESSION_TIMEOUT", "'soon'");
      assertThatThrownBy(() -> timeout(null, "-1"))
          .hasMessageContainingAll("FARREF_SESSION_TIMEOUT", "'-1'");
    }
  }
}
