package io.farref.node;

import io.farref.SameHost;
import io.farref.Tls;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables and system properties that configure a worker. What the program sets
 * always takes precedence, and a value from here is parsed only if it is needed. An empty value
 * counts as absent.
 *
 * @param variables the environment variables
 * @param property finds a system property, null if it is not set
 */
record Environment(Map<String, String> variables, Function<String, @Nullable String> property) {
  static final String SAME_HOST_PROPERTY = "farref.sameHost";
  static final String SAME_HOST = "FARREF_SAME_HOST";
  static final String SESSION_TIMEOUT = "FARREF_SESSION_TIMEOUT";
  static final String TLS_CERTIFICATE = "FARREF_TLS_CERT";
  static final String TLS_KEY = "FARREF_TLS_KEY";
  static final String TLS_TRUSTED = "FARREF_TLS_CA";

  private static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

  /** The environment of this process. */
  static Environment ofProcess() {
    return new Environment(System.getenv(), System::getProperty);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * The transport between workers of one machine: the program's choice, or else the system
   * property, or else the environment variable.
   *
   * @throws IllegalArgumentException if the value that is needed names no choice
   */
  SameHost sameHost(@Nullable SameHost program) {
    if (program != null) {
      return program;
    }
    String set = property.apply(SAME_HOST_PROPERTY);
    if (set != null && !set.isEmpty()) {
      return parseSameHost(SAME_HOST_PROPERTY, set);
    }
    return variable(SAME_HOST).map(value -> parseSameHost(SAME_HOST, value)).orElse(SameHost.AUTO);
  }

  private static SameHost parseSameHost(String source, String value) {
    for (SameHost each : SameHost.values()) {
      if (nameOf(each).equals(value.strip().toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        source
            + " must be one of "
            + Arrays.stream(SameHost.values())
                .map(Environment::nameOf)
                .collect(Collectors.joining(", "))
            + ", but is '"
            + value
            + "'");
  }

  private static String nameOf(SameHost choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The TLS configuration: the program's choice, or else the PEM files that the variables name.
   *
   * @throws IllegalArgumentException if some of the variables are set and others are not
   */
  Optional<Tls> tls(@Nullable Tls program) {
    if (program != null) {
      return Optional.of(program);
    }
    List<String> names = List.of(TLS_CERTIFICATE, TLS_KEY, TLS_TRUSTED);
    List<String> missing = names.stream().filter(each -> variable(each).isEmpty()).toList();
    if (missing.equals(names)) {
      return Optional.empty();
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "TLS needs the three files that FARREF_TLS_CERT, FARREF_TLS_KEY and FARREF_TLS_CA name,"
              + " but not set: "
              + String.join(", ", missing));
    }
    return Optional.of(Tls.pem(path(TLS_CERTIFICATE), path(TLS_KEY), path(TLS_TRUSTED)));
  }

  private Path path(String name) {
    return Path.of(variable(name).orElseThrow());
  }

  /**
   * How long a peer may be silent before it is declared dead.
   *
   * @throws IllegalArgumentException if the variable is needed and is not a number
   */
  Duration sessionTimeout(@Nullable Duration program) {
    return program != null
        ? program
        : variable(SESSION_TIMEOUT).map(Environment::seconds).orElse(DEFAULT_SESSION_TIMEOUT);
  }

  private static Duration seconds(String value) {
    String wrong =
        SESSION_TIMEOUT + " must be a number of seconds, 0 for no limit, but is '" + value + "'";
    try {
      long millis = new BigDecimal(value.strip()).movePointRight(3).longValue();
      if (millis >= 0) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong, e);
    }
    throw new IllegalArgumentException(wrong);
  }
}
