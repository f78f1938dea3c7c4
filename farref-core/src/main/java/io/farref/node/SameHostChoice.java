package io.farref.node;

import io.farref.SameHost;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a program does not choose what connects workers of one machine, its surroundings may. */
final class SameHostChoice {
  static final String PROPERTY = "farref.sameHost";
  static final String VARIABLE = "FARREF_SAME_HOST";

  private SameHostChoice() {}

  /**
   * What the program chose, or the system property, or the environment, in this order.
   *
   * @throws IllegalArgumentException if there is no such choice
   */
  static SameHost of(
      @Nullable SameHost program, @Nullable String property, @Nullable String variable) {
    if (program != null) {
      return program;
    }
    if (property != null && !property.isEmpty()) {
      return parse(PROPERTY, property);
    }
    return variable != null && !variable.isEmpty() ? parse(VARIABLE, variable) : SameHost.AUTO;
  }

  private static SameHost parse(String where, String value) {
    for (SameHost each : SameHost.values()) {
      if (nameOf(each).equals(value.strip().toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        where
            + " must be one of "
            + Arrays.stream(SameHost.values())
                .map(SameHostChoice::nameOf)
                .collect(Collectors.joining(", "))
            + ", but is '"
            + value
            + "'");
  }

  private static String nameOf(SameHost choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
