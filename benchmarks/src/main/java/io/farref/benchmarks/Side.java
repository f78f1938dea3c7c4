package io.farref.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * One of the two processes of a {@link Cell}: {@code server NAME} or {@code client NAME ADDRESS
 * SERVER_PID SCALE WORKLOADS}. A server serves until its standard input ends.
 */
final class Side {
  static final String READY = "READY ";
  static final String DONE = "DONE";
  static final String UNAVAILABLE = "UNAVAILABLE ";

  private Side() {}

  /** Serves, or measures. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Contender contender = contender(args[1]);
    if (args[0].equals("server")) {
      out.println(READY + contender.serve());
      while (System.in.read() >= 0) {
        // whatever comes is no reason to stop
      }
    } else {
      measure(contender, args, out);
    }
    System.exit(0); // whatever threads the contender left running
  }

  private static void measure(Contender contender, String[] args, PrintStream out)
      throws Exception {
    ProcessHandle server = ProcessHandle.of(Long.parseLong(args[3])).orElseThrow();
    Cpu cpu = new Cpu(ProcessHandle.current(), server);
    Measuring measuring = new Measuring(cpu, Double.parseDouble(args[4]), out::println);
    try (Client client = contender.connect(args[2])) {
      for (String workload : args[5].split(",", -1)) {
        Workloads.named(workload).run(client, measuring);
      }
      out.println(DONE);
    } catch (UnavailableException e) {
      out.println(UNAVAILABLE + e.getMessage());
    }
  }

  /** All that are on the class path: the limits, other systems, Farref. */
  static List<Contender> contenders() {
    return ServiceLoader.load(Contender.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparingInt(Side::place))
        .toList();
  }

  private static int place(Contender contender) {
    String name = contender.name();
    return name.startsWith("limit-") ? 0 : name.startsWith("farref-") ? 2 : 1;
  }

  private static Contender contender(String name) {
    return contenders().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
