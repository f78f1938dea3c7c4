package io.farref.tools;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines, the last one also where it has no end. Lines end as {@link java.io.BufferedReader}
 * ends them; one that is too long to keep comes in pieces. Not thread-safe.
 */
final class LineSplitter {
  private static final int LONGEST = 1 << 20;

  private final Reader in;
  private final char[] buffer = new char[8192];
  private int position;
  private int limit;
  private boolean afterReturn;

  LineSplitter(Reader in) {
    this.in = in;
  }

  /** The next line without its end, null when there are no more. */
  @Nullable String next() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < LONGEST) {
      int c = read();
      if (c < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      boolean secondHalf = afterReturn && c == '\n';
      afterReturn = c == '\r';
      if (secondHalf) {
        continue;
      }
      if (c == '\n' || c == '\r') {
        return line.toString();
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private int read() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(buffer, 0, buffer.length));
      if (limit == 0) {
        return -1;
      }
    }
    return buffer[position++];
  }
}
