package io.farref.examples.index;

import static java.util.Locale.ROOT;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the indexing is: on a terminal a bar per shard, redrawn in place; elsewhere a plain
 * line now and then.
 *
 * <p>Thread-safe.
 */
final class Progress {
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final int BAR_WIDTH = 32;
  private static final int PLAIN_STEPS = 5;

  /** Clears the rest of the line, which may have older text. */
  private static final String END_OF_LINE = "\033[K\n";

  private final @Nullable PrintStream out;
  private final boolean live;
  private final List<String> names;
  private final int totalFiles;
  private final long totalCharacters;
  private final int[] files;
  private final long[] characters;
  private final long start = System.nanoTime();

  private int done;
  private int plainLines;
  private long lastDrawn;
  private boolean drawn;

  /**
   * Starts at nothing.
   *
   * @param out where to show it; null shows nothing
   * @param live whether {@code out} is a terminal
   * @param names of the shards
   */
  Progress(
      @Nullable PrintStream out,
      boolean live,
      List<String> names,
      int totalFiles,
      long totalCharacters) {
    this.out = out;
    this.live = live;
    this.names = names;
    this.totalFiles = totalFiles;
    this.totalCharacters = totalCharacters;
    this.files = new int[names.size()];
    this.characters = new long[names.size()];
  }

  /** A file is in a shard. */
  synchronized void done(int shard, int length) {
    files[shard]++;
    characters[shard] += length;
    step();
  }

  /** A file is not text. */
  synchronized void skipped() {
    step();
  }

  /** How many files are in the shards. */
  synchronized int indexed() {
    int sum = 0;
    for (int n : files) {
      sum += n;
    }
    return sum;
  }

  private void step() {
    done++;
    if (out == null) {
      return;
    }
    if (live) {
      long now = System.nanoTime();
      if (done == totalFiles || now - lastDrawn > REDRAW.toNanos()) {
        lastDrawn = now;
        draw(out);
      }
    } else if (done * (long) PLAIN_STEPS >= (plainLines + 1L) * totalFiles) {
      plainLines++;
      out.println(summary());
    }
  }

  private void draw(PrintStream out) {
    StringBuilder screen = new StringBuilder();
    if (drawn) {
      screen.append("\033[").append(names.size() + 1).append('A'); // up again
    }
    drawn = true;
    for (int i = 0; i < names.size(); i++) {
      double share = Math.min(1, (double) characters[i] * names.size() / totalCharacters);
      String line =
          String.format(ROOT, "  %-10s %s %,7d files", names.get(i), bar(share), files[i]);
      screen.append(line).append(END_OF_LINE);
    }
    screen.append(summary()).append(END_OF_LINE);
    out.print(screen);
    out.flush();
  }

  private String summary() {
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        ROOT,
        "  %3d %%  %,d of %,d files, %,.0f files/s",
        100L * done / totalFiles,
        done,
        totalFiles,
        done / seconds);
  }

  private static String bar(double share) {
    int full = (int) Math.round(share * BAR_WIDTH);
    return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  }
}
