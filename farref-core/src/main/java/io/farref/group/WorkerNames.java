package io.farref.group;

import io.farref.observe.ForeignText;
import java.util.regex.Pattern;

/** The names that workers may have. */
public final class WorkerNames {
  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9\\-_.:]{1,128}");

  private WorkerNames() {}

  /**
   * Returns the name if it has 1 to 128 letters, digits and {@code - _ . :}.
   *
   * @param source where the name comes from, for the message, such as {@code FARREF_NAME}
   * @throws IllegalArgumentException if it is anything else
   */
  public static String check(String source, String name) {
    if (!SYNTAX.matcher(name).matches()) {
      throw new IllegalArgumentException(
          source
              + " must be 1 to 128 letters, digits and -_.: but is '"
              + ForeignText.of(name)
              + "'");
    }
    return name;
  }

  /** The name of a worker that has only a rank. */
  public static String ofRank(int rank) {
    return "worker-" + rank;
  }
}
