package io.farref.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of the command line.
 *
 * @param rounds how often everything is measured
 * @param scale how long one measurement takes, 1 for one that counts
 * @param only names of workloads, and beginnings of names of contenders; empty for all
 * @param hot whether idle processors are kept awake; needs root
 * @param lock a file that is locked while a cell is measured
 * @param markdown pages to put the tables into; empty for none
 * @param values the file that keeps the values of the tables in those pages
 */
record Options(
    int rounds,
    double scale,
    List<String> only,
    boolean hot,
    @Nullable String lock,
    List<Path> markdown,
    Path values) {

  static final String USAGE =
      """
      usage: [--rounds N] [--scale X] [--only NAME,...] [--hot] [--lock FILE] [--markdown FILE,...]
              [--values FILE]
        --rounds    how often everything is measured, in fresh processes (3)
        --scale     how long it takes, 1 for numbers that count, 0.1 for a look (1)
        --only      workloads, and contenders by the beginning of their names
        --hot       keep idle processors awake meanwhile; needs root, Linux only
        --lock      hold this file's lock (flock) while measuring
        --markdown  put the tables into these pages, between their marks
        --values    keep the values of those tables in this file (latest.tsv)
        --list      tell the workloads and the contenders, measure nothing\
      """;

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is wrong; the message says where
   */
  static Options parse(String... args) {
    int rounds = 3;
    double scale = 1;
    List<String> only = List.of();
    boolean hot = false;
    String lock = null;
    List<Path> markdown = List.of();
    Path values = Path.of("latest.tsv");
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      switch (option) {
        case "--hot" -> hot = true;
        case "--rounds" -> rounds = Integer.parseInt(value(args, ++i));
        case "--scale" -> scale = Double.parseDouble(value(args, ++i));
        case "--only" -> only = List.of(value(args, ++i).split(",", -1));
        case "--lock" -> lock = value(args, ++i);
        case "--markdown" ->
            markdown = Stream.of(value(args, ++i).split(",", -1)).map(Path::of).toList();
        case "--values" -> values = Path.of(value(args, ++i));
        default -> throw new IllegalArgumentException("no such option: " + option);
      }
    }
    if (rounds < 1 || !(scale > 0)) {
      throw new IllegalArgumentException("--rounds and --scale must be positive");
    }
    return new Options(rounds, scale, only, hot, lock, markdown, values);
  }

  private static String value(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException(args[index - 1] + " needs a value");
    }
    return args[index];
  }

  /**
   * The workloads, of these names, that are wanted.
   *
   * @throws IllegalArgumentException if something is wanted that is neither a workload nor begins
   *     the name of a contender
   */
  List<String> workloads(List<String> names, List<String> contenders) {
    List<String> wanted = new ArrayList<>();
    boolean all = true;
    for (String name : only) {
      if (names.contains(name)) {
        wanted.add(name);
        all = false;
      } else if (contenders.stream().noneMatch(contender -> contender.startsWith(name))) {
        throw new IllegalArgumentException(
            "--only knows the workloads "
                + names
                + " and the contenders "
                + contenders
                + ", and not "
                + name);
      }
    }
    return all ? names : wanted;
  }

  /** Whether a contender of this name is wanted, given the names of workloads. */
  boolean wants(String contender, List<String> workloads) {
    List<String> beginnings = only.stream().filter(name -> !workloads.contains(name)).toList();
    return beginnings.isEmpty() || beginnings.stream().anyMatch(contender::startsWith);
  }
}
