package io.farref.tools;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;

/** Finds and joins the parts of class paths. */
final class ClassPaths {
  private ClassPaths() {}

  /** The jar or directory that a class came from. */
  static Path locationOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalArgumentException(type + " comes from no jar or directory");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(source.getLocation() + " is not the place of a file", e);
    }
  }

  /** One class path after the other; either may be empty. */
  static String join(String first, String second) {
    return first.isEmpty() || second.isEmpty()
        ? first + second
        : first + File.pathSeparator + second;
  }
}
