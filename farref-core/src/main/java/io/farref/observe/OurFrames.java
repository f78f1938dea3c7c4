package io.farref.observe;

import io.farref.Worker;
import java.util.Set;

/**
 * Tells stack frames of the library's internals from those of a program. The packages that a
 * program uses, {@code io.farref} and {@code spi}, count as the program's.
 */
public final class OurFrames {
  private static final String ROOT = Worker.class.getPackageName() + ".";

  /** The internal packages right below the root. A test compares them with those that there are. */
  private static final Set<String> INTERNAL =
      Set.of(
          "bytes",
          "call",
          "codec",
          "exec",
          "facade",
          "group",
          "mux",
          "node",
          "observe",
          "ref",
          "session",
          "time",
          "tls",
          "transport",
          "wire");

  private OurFrames() {}

  /** Whether a frame of that class is internal to the library. */
  public static boolean isOurs(String className) {
    if (!className.startsWith(ROOT)) {
      return false;
    }
    int end = className.indexOf('.', ROOT.length());
    return end > 0 && INTERNAL.contains(className.substring(ROOT.length(), end));
  }
}
