package io.farref.tests.chaos;

import java.time.Duration;
import java.util.EnumSet;
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
    Set<Fault> faults) {
  private static final String USAGE =
      """
      chaos: random calls, hand-overs and faults between processes, with an oracle.
        --minutes N           how long (1)
        --seed S              repeats the schedule of faults (random)
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
        EnumSet.allOf(Fault.class));
  }

  static Options parse(String... args) {
    Options options = standard(System.nanoTime() & 0xFFFFFF);
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
    if (workers < 2 || workers > 8 || faults.isEmpty()) {
      throw new IllegalArgumentException(USAGE);
    }
  }

  Options lasting(Duration value) {
    return new Options(workers, value, seed, sessionTimeout, threads, pace, namespaces, faults);
  }

  Options seeded(long value) {
    return new Options(workers, length, value, sessionTimeout, threads, pace, namespaces, faults);
  }

  Options of(int value) {
    return new Options(value, length, seed, sessionTimeout, threads, pace, namespaces, faults);
  }

  Options losingAfter(Duration value) {
    return new Options(workers, length, seed, value, threads, pace, namespaces, faults);
  }

  Options loadedBy(int threadsEach, Duration pause) {
    return new Options(
        workers, length, seed, sessionTimeout, threadsEach, pause, namespaces, faults);
  }

  Options onLoopback() {
    return new Options(workers, length, seed, sessionTimeout, threads, pace, false, faults);
  }

  private Options only(String names) {
    Set<Fault> chosen = EnumSet.noneOf(Fault.class);
    for (String each : names.split(",")) {
      chosen.add(Fault.valueOf(each));
    }
    return new Options(workers, length, seed, sessionTimeout, threads, pace, namespaces, chosen);
  }
}
