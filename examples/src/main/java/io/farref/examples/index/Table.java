package io.farref.examples.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text: columns as wide as needed, numbers to the right. */
final class Table {
  private final List<Object[]> rows = new ArrayList<>();

  /** Starts with the heads of the columns. */
  Table(String... heads) {
    rows.add(heads);
  }

  /** Adds a row; {@link Number}s are written with separators, everything else as it is. */
  void row(Object... cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().length;
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (Object[] row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], text(row[c]).length());
        numeric[c] |= row[c] instanceof Number;
      }
    }
    StringBuilder table = new StringBuilder();
    for (Object[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = text(row[c]);
        String pad = " ".repeat(widths[c] - cell.length());
        line.append("  ").append(numeric[c] ? pad + cell : cell + pad);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private static String text(Object cell) {
    return switch (cell) {
      case Long n -> String.format(Locale.ROOT, "%,d", n);
      case Integer n -> String.format(Locale.ROOT, "%,d", n);
      case Double n -> String.format(Locale.ROOT, "%,.1f", n);
      default -> cell.toString();
    };
  }
}
