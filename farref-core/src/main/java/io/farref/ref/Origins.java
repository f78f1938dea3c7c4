package io.farref.ref;

import io.farref.observe.OurFrames;
import java.util.Optional;

/**
 * Finds the places in the code where references are made and closed, if the system property {@code
 * farref.trackOrigins} is on.
 */
final class Origins {
  private static final StackWalker WALKER = StackWalker.getInstance();

  private Origins() {}

  /** The first frame outside the library, if tracking is on. */
  static Optional<StackTraceElement> here() {
    if (!Boolean.getBoolean("farref.trackOrigins")) {
      return Optional.empty();
    }
    return WALKER.walk(
        frames ->
            frames
                .filter(frame -> !isOurs(frame.getClassName()))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement));
  }

  private static boolean isOurs(String className) {
    return OurFrames.isOurs(className)
        || className.startsWith("java.lang.reflect.")
        || className.contains(".$Proxy");
  }
}
