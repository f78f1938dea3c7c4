package io.farref.fuzz;

import io.farref.call.ConnectionFuzz;
import io.farref.codec.CodecFuzz;
import io.farref.group.store.StoreFuzz;
import io.farref.mux.FrameReaderFuzz;
import io.farref.mux.StreamsFuzz;
import io.farref.ref.lifetime.ControlMessageFuzz;
import io.farref.ref.lifetime.LifetimeFuzz;
import io.farref.session.SessionFuzz;
import io.farref.wire.HandshakeFuzz;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The targets of fuzzing, and Jazzer, which runs one in a JVM of its own: {@code dev/fuzz}. The
 * corpus that is kept is in {@code src/test/resources/fuzz}; what Jazzer finds besides is in {@code
 * target/fuzz}.
 */
final class Fuzzing {
  private static final Path KEPT = Path.of("src", "test", "resources", "fuzz");
  private static final Path FOUND = Path.of("target", "fuzz");
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Pattern UNUSED =
      Pattern.compile("^(archunit|lincheck|kotlin|byte-buddy|asm|junit|surefire).*[.]jar$");

  /** By the name of the target. */
  static final TreeMap<String, Class<?>> TARGETS = new TreeMap<>();

  static {
    TARGETS.put("codec", CodecFuzz.class);
    TARGETS.put("connection", ConnectionFuzz.class);
    TARGETS.put("control", ControlMessageFuzz.class);
    TARGETS.put("handshake", HandshakeFuzz.class);
    TARGETS.put("frames", FrameReaderFuzz.class);
    TARGETS.put("lifetime", LifetimeFuzz.class);
    TARGETS.put("session", SessionFuzz.class);
    TARGETS.put("store", StoreFuzz.class);
    TARGETS.put("streams", StreamsFuzz.class);
  }

  private Fuzzing() {}

  public static void main(String[] args) throws Exception {
    double minutes = 1;
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--minutes") && i + 1 < args.length) {
        minutes = Double.parseDouble(args[++i]);
      } else if (TARGETS.containsKey(args[i])) {
        chosen.add(args[i]);
      } else {
        System.err.println("dev/fuzz [--minutes N] [target ...]; the targets: " + TARGETS.keySet());
        System.exit(2);
      }
    }
    List<String> failed = new ArrayList<>();
    for (String each : chosen.isEmpty() ? TARGETS.keySet() : chosen) {
      Path log = FOUND.resolve(each + ".log");
      System.out.println("fuzz: " + each + " for " + minutes + " min, log in " + log);
      String finding = run(each, Duration.ofMillis((long) (minutes * 60_000)), log);
      if (!finding.isEmpty()) {
        failed.add(each);
        System.out.println(finding);
      }
    }
    System.out.println(failed.isEmpty() ? "fuzz: nothing found" : "fuzz: found: " + failed);
    System.exit(failed.isEmpty() ? 0 : 1);
  }

  /** Fuzzes one target for a while; returns what was found, which is nothing if all is well. */
  static String run(String target, Duration length, Path log)
      throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(FOUND.resolve(target));
    Path findings = Files.createDirectories(FOUND.resolve("findings-" + target));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-ea",
            "-Xmx1g",
            // The full compiler takes longer to start than a short run lasts.
            "-XX:TieredStopAtLevel=" + (length.compareTo(SHORT) < 0 ? 1 : 4),
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + TARGETS.get(target).getName(),
            "--instrumentation_includes=io.farref.**",
            // A pattern is a value like others: it is compiled when it comes, and matched by
            // nobody.
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexInjection",
            "--reproducer_path=" + findings,
            "-artifact_prefix=" + findings + "/",
            "-max_total_time=" + Math.max(1, length.toSeconds()),
            "-max_len=4096",
            "-timeout=25",
            "-rss_limit_mb=4096",
            corpus.toString(),
            KEPT.resolve(target).toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(length.toSeconds() + 120, TimeUnit.SECONDS)) {
        return target + " does not end; see " + log;
      }
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue() == 0
        ? ""
        : "%s: Jazzer ended with %d%n%s".formatted(target, process.exitValue(), tail(log));
  }

  /** Jazzer looks through all of it before it starts, so what no target uses is left out. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !UNUSED.matcher(Path.of(entry).getFileName().toString()).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  /** The corpus that is kept of a target. */
  static List<Path> corpus(String target) throws IOException {
    try (Stream<Path> files = Files.list(KEPT.resolve(target))) {
      return files.sorted().toList();
    }
  }

  /** Writes what the target itself proposes beside what is kept. */
  @SuppressWarnings("unchecked") // each target has such a method
  static void writeSeeds(String target) throws Exception {
    Path directory = Files.createDirectories(KEPT.resolve(target));
    List<byte[]> seeds = (List<byte[]>) TARGETS.get(target).getMethod("seeds").invoke(null);
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(directory.resolve("seed-%03d".formatted(i)), seeds.get(i));
    }
  }
}
