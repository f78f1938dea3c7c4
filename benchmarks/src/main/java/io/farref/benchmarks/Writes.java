package io.farref.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How often a process called the system to write, as Linux tells it. */
final class Writes {
  private static final Path COUNTS = Path.of("/proc/self/io");
  private static final String LABEL = "syscw: ";

  private Writes() {}

  /** Zero on another system. */
  static long ofThisProcess() {
    if (!Files.isReadable(COUNTS)) {
      return 0;
    }
    try {
      return Files.readAllLines(COUNTS).stream()
          .filter(line -> line.startsWith(LABEL))
          .mapToLong(line -> Long.parseLong(line.substring(LABEL.length())))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
