package io.farref.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tables of docs/protocol.md. */
public final class ProtocolPage {
  private ProtocolPage() {}

  /** The rows of the table whose first two columns are called so: its cells, without backticks. */
  public static List<List<String>> table(String first, String second) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", "docs", "protocol.md"));
    int header = 0;
    while (!lines.get(header).startsWith("| " + first + " | " + second + " |")) {
      header++;
    }
    return lines.stream()
        .skip(header + 2L)
        .takeWhile(line -> line.startsWith("|"))
        .map(ProtocolPage::cells)
        .toList();
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1).split("\\|"))
        .map(cell -> cell.strip().replace("`", ""))
        .toList();
  }
}
