package io.farref.tools;

import java.io.Console;
import java.io.PrintStream;

/**
 * The terminal of the command: prints workers' lines to the stream that they came on, in the
 * worker's colour and behind its name; its own notices to standard error.
 *
 * @param out standard output
 * @param err standard error
 * @param colors whether it may use colours
 */
record Terminal(PrintStream out, PrintStream err, boolean colors) {
  private static final String[] COLORS = {
    "\033[36m", "\033[33m", "\033[32m", "\033[35m", "\033[34m", "\033[96m", "\033[93m", "\033[92m"
  };
  private static final String BOLD = "\033[1m";
  private static final String PLAIN = "\033[0m";

  /** The process' own streams; colours if they go to a terminal and NO_COLOR is not set. */
  static Terminal standard() {
    String noColor = System.getenv("NO_COLOR");
    boolean wanted = noColor == null || noColor.isEmpty();
    return new Terminal(System.out, System.err, wanted && isTerminal());
  }

  /**
   * The script that starts the command knows it; Java demands that standard input is a terminal,
   * too.
   */
  private static boolean isTerminal() {
    String told = System.getProperty("farref.terminal");
    if (told != null) {
      return Boolean.parseBoolean(told);
    }
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  Terminal withoutColors() {
    return new Terminal(out, err, false);
  }

  /** Prints a worker's line; names are as wide as {@code nameWidth} at least. */
  void line(Job.Line line, int nameWidth) {
    Job.Member worker = line.worker();
    String name = worker.name() + " ".repeat(Math.max(0, nameWidth - worker.name().length()));
    String prefix =
        colors ? COLORS[worker.rank() % COLORS.length] + name + " |" + PLAIN : name + " |";
    (line.error() ? err : out).println(line.text().isEmpty() ? prefix : prefix + " " + line.text());
  }

  void notice(String text) {
    err.println(colors ? BOLD + "farref: " + text + PLAIN : "farref: " + text);
  }
}
