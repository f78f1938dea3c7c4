package io.farref.tests.chaos;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The options of a chaos run. */
record Options(
    int workers,
    Duration length,
    long seed,
    Duration sessionTimeout,
    int threads,
    Duration pace,
    boolean namespaces,
    Set<Fault> faults,
    int seeds,
    boolean brokenMonitor) {
  private static final SecureRandom SEEDS = new SecureRandom();

  private static final String USAGE =
      """
      chaos: random calls, hand-overs and faults between processes, with an oracle.
        --minutes N           how long (1; with --seeds 5)
        --seed S              repeats the schedule of faults (random)
        --seeds N             N runs one after the other, each with a fresh seed, until one fails
        --workers W           how many processes, 2 to 8 (5)
        --session-timeout SEC after which a silent peer is lost (10)
        --threads T           threads of calls in each process (4)
        --pace MS             mean pause between two calls of a thread (20)
        --loopback            proxies on loopback, no network namespaces
        --faults A,B,...      only these of RESET CUT PARTITION ONE_WAY STOP KILL
                              LONG_CUT LONG_PARTITION LONG_STOP
      """;

  /** One minute, with all faults. */
  static Options standard(long seed) {
    return new Options(
        5,
        Duration.ofMinutes(1),
        seed,
        Duration.ofSeconds(10),
        4,
        Duration.ofMillis(20),
        true,
        EnumSet.allOf(Fault.class),
        0,
        false);
  }

  static Options parse(String... args) {
    Options options = standard(freshSeed());
    if (List.of(args).contains("--seeds")) {
      options = options.lasting(Duration.ofMinutes(5));
    }
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--loopback")) {
        options = options.onLoopback();
        continue;
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(USAGE);
      }
      String value = args[++i];
      options =
          switch (args[i - 1]) {
            case "--minutes" ->
                options.lasting(Duration.ofMillis((long) (Double.parseDouble(value) * 60_000)));
            case "--seed" -> options.seeded(Long.parseLong(value));
            case "--seeds" -> options.inRuns(Integer.parseInt(value));
            case "--workers" -> options.of(Integer.parseInt(value));
            case "--session-timeout" ->
                options.losingAfter(Duration.ofMillis((long) (Double.parseDouble(value) * 1_000)));
            case "--threads" -> options.loadedBy(Integer.parseInt(value), options.pace);
            case "--pace" ->
                options.loadedBy(options.threads, Duration.ofMillis(Long.parseLong(value)));
            case "--faults" -> options.only(value);
            default -> throw new IllegalArgumentException(USAGE);
          };
    }
    return options;
  }

  Options {
    if (workers < 2 || workers > 8 || faults.isEmpty() || seeds < 0) {
      throw new IllegalArgumentException(USAGE);
    }
  }

  /** A seed that nobody has chosen. */
  static long freshSeed() {
    return SEEDS.nextInt(1, Integer.MAX_VALUE);
  }

  Options lasting(Duration value) {
    return new Options(
        workers,
        value,
        seed,
        sessionTimeout,
        threads,
        pace,
        namespaces,
        faults,
        seeds,
        brokenMonitor);
  }

  Options seeded(long value) {
    return new Options(
        workers,
        length,
        value,
        sessionTimeout,
        threads,
        pace,
        namespaces,
        faults,
        seeds,
        brokenMonitor);
  }

  Options of(int value) {
    return new Options(
        value,
        length,
        seed,
        sessionTimeout,
        threads,
        pace,
        namespaces,
        faults,
        seeds,
        brokenMonitor);
  }

  Options losingAfter(Duration value) {
    return new Options(
        workers, length, seed, value, threads, pace, namespaces, faults, seeds, brokenMonitor);
  }

  Options loadedBy(int threadsEach, Duration pause) {
    return new Options(
        workers,
        length,
        seed,
        sessionTimeout,
        threadsEach,
        pause,
        namespaces,
        faults,
        seeds,
        brokenMonitor);
  }

  Options onLoopback() {
    return new Options(
        workers, length, seed, sessionTimeout, threads, pace, false, faults, seeds, brokenMonitor);
  }

  /** That many runs with fresh seeds; 0 for one run with the given seed. */
  Options inRuns(int count) {
    return new Options(
        workers,
        length,
        seed,
        sessionTimeout,
        threads,
        pace,
        namespaces,
        faults,
        count,
        brokenMonitor);
  }

  /** The thread that watches the peers in each process dies at once: for a test of the tool. */
  Options withBrokenMonitor() {
    return new Options(
        workers, length, seed, sessionTimeout, threads, pace, namespaces, faults, seeds, true);
  }

  private Options only(String names) {
    Set<Fault> chosen = EnumSet.noneOf(Fault.class);
    for (String each : names.split(",")) {
      chosen.add(Fault.valueOf(each));
    }
    return new Options(
        workers,
        length,
        seed,
        sessionTimeout,
        threads,
        pace,
        namespaces,
        chosen,
        seeds,
        brokenMonitor);
  }
}
