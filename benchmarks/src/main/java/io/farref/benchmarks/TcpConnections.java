package io.farref.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The established TCP connections of a process, as Linux tells them. */
final class TcpConnections {
  private static final String ESTABLISHED = "01";

  private TcpConnections() {}

  /** Their number; negative on another system. */
  static int of(long pid) throws IOException {
    Path process = Path.of("/proc", String.valueOf(pid));
    if (!Files.isDirectory(process)) {
      return -1;
    }
    Set<String> established = new HashSet<>();
    for (String table : new String[] {"net/tcp", "net/tcp6"}) {
      Path file = process.resolve(table);
      if (Files.exists(file)) {
        Files.readAllLines(file).stream()
            .map(line -> line.strip().split("\\s+"))
            .filter(fields -> fields.length > 9 && fields[3].equals(ESTABLISHED))
            .forEach(fields -> established.add("socket:[" + fields[9] + "]"));
      }
    }
    int count = 0;
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      for (Path file : (Iterable<Path>) open::iterator) {
        count += established.contains(target(file)) ? 1 : 0;
      }
    }
    return count;
  }

  /** A file may be closed while the list is read. */
  private static String target(Path file) throws IOException {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
