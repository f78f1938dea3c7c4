package io.farref.benchmarks;

import java.util.List;
import java.util.Set;

/**
 * What the command line says.
 *
 * @param rounds how often everything is measured
 * @param seconds how long one measurement takes
 * @param sections which of them
 * @param hot whether idle processors are kept awake; needs root
 */
record Options(int rounds, double seconds, Set<String> sections, boolean hot) {
  static final List<String> SECTIONS = List.of("latency", "throughput", "payload", "lifetime");

  static final String USAGE =
      "usage: [--rounds N] [--seconds S] [--only "
          + String.join(",", SECTIONS)
          + "] [--hot]\n"
          + "  --rounds   how often everything is measured (5)\n"
          + "  --seconds  how long one measurement takes (1)\n"
          + "  --only     which sections, with commas between\n"
          + "  --hot      keep idle processors awake meanwhile; needs root, Linux only";

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is wrong; the message says where
   */
  static Options parse(String... args) {
    int rounds = 5;
    double seconds = 1;
    Set<String> sections = Set.copyOf(SECTIONS);
    boolean hot = false;
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      switch (option) {
        case "--hot" -> hot = true;
        case "--rounds" -> rounds = Integer.parseInt(value(args, ++i));
        case "--seconds" -> seconds = Double.parseDouble(value(args, ++i));
        case "--only" -> sections = Set.of(value(args, ++i).split(",", -1));
        default -> throw new IllegalArgumentException("no such option: " + option);
      }
    }
    if (!SECTIONS.containsAll(sections)) {
      throw new IllegalArgumentException("--only knows " + SECTIONS + ", not all of " + sections);
    }
    if (rounds < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException("--rounds and --seconds must be positive");
    }
    return new Options(rounds, seconds, sections, hot);
  }

  private static String value(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException(args[index - 1] + " needs a value");
    }
    return args[index];
  }

  long nanos() {
    return (long) (seconds * 1e9);
  }
}
