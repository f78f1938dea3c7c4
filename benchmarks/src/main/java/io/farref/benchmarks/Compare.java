package io.farref.benchmarks;

import io.farref.Worker;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures two builds of Farref in interleaved rounds: {@code OLD_CLASSES NEW_CLASSES BOUND
 * [options of Run]}. Ends with exit code 1 if something got worse than the bound allows.
 */
public final class Compare {
  private static final List<String> BUILDS = List.of("old", "new");

  private Compare() {}

  /** Runs. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Options options;
    List<Contender> contenders;
    List<String> workloads;
    try {
      options = Options.parse(Arrays.copyOfRange(args, 3, args.length));
      List<Contender> farref =
          Side.contenders().stream().filter(c -> c.name().startsWith("farref-")).toList();
      List<String> names = farref.stream().map(Contender::name).toList();
      workloads = options.workloads(Contender.COMMON, names);
      contenders = farref.stream().filter(c -> wanted(options, c.name())).toList();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    List<Path> builds = List.of(Path.of(args[0]), Path.of(args[1]));
    boolean worse = false;
    for (Contender contender : contenders) {
      Results results = measure(contender, workloads, options, builds);
      Verdicts verdicts = Verdicts.of(results, Double.parseDouble(args[2]));
      out.println("### " + contender.name() + "\n\n" + verdicts.markdown());
      worse |= verdicts.anyWorse();
    }
    System.exit(worse ? 1 : 0);
  }

  /** Over TCP, unless other ways are asked for by name. */
  private static boolean wanted(Options options, String contender) {
    boolean named = options.only().stream().anyMatch(name -> name.startsWith("farref-"));
    return named ? options.wants(contender, Contender.COMMON) : contender.equals("farref-tcp");
  }

  private static Results measure(
      Contender contender, List<String> workloads, Options options, List<Path> builds)
      throws Exception {
    List<String> common = workloads.stream().filter(contender.workloads()::contains).toList();
    Results results = new Results();
    for (int round = 1; round <= options.rounds(); round++) {
      for (int turn = 0; turn < BUILDS.size(); turn++) {
        int build = (round + turn) % BUILDS.size(); // each is first in every other round
        String name = BUILDS.get(build);
        System.err.printf(
            "round %d of %d: %s %s%n", round, options.rounds(), contender.name(), name);
        String classPath = classPath(builds.get(build));
        Cell cell = new Cell(contender, common, options.scale(), classPath, Cell.Flags.SAME);
        List<String> lines = new ArrayList<>();
        try (Quiet _ = Quiet.begin(options)) {
          cell.run(lines::add);
        } catch (UnavailableException e) {
          throw new IOException(name + " cannot run: " + e.getMessage(), e);
        }
        for (String line : lines) {
          results.add(name, round, line);
        }
      }
    }
    return results;
  }

  /** This program's own, with another build of the library. */
  private static String classPath(Path build) throws Exception {
    Path here = Path.of(Worker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return Arrays.stream(Jvm.classPath().split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).equals(here) ? build.toString() : entry)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
