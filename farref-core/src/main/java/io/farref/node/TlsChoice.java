package io.farref.node;

import io.farref.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a program does not configure TLS, the environment may. */
final class TlsChoice {
  static final String CERTIFICATE = "FARREF_TLS_CERT";
  static final String KEY = "FARREF_TLS_KEY";
  static final String TRUSTED = "FARREF_TLS_CA";

  private TlsChoice() {}

  /**
   * What the program configured, or the PEM files that the environment names. An empty variable
   * counts as absent.
   *
   * @throws IllegalArgumentException if some of the variables are set and others are not
   */
  static Optional<Tls> of(@Nullable Tls program, Map<String, String> environment) {
    if (program != null) {
      return Optional.of(program);
    }
    List<String> missing =
        List.of(CERTIFICATE, KEY, TRUSTED).stream()
            .filter(each -> environment.getOrDefault(each, "").isEmpty())
            .toList();
    if (missing.size() == 3) {
      return Optional.empty();
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "TLS needs the three files that FARREF_TLS_CERT, FARREF_TLS_KEY and FARREF_TLS_CA name,"
              + " but not set: "
              + String.join(", ", missing));
    }
    return Optional.of(
        Tls.pem(
            path(environment, CERTIFICATE), path(environment, KEY), path(environment, TRUSTED)));
  }

  private static Path path(Map<String, String> environment, String variable) {
    return Path.of(environment.getOrDefault(variable, ""));
  }
}
