package io.farref.tests.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The controller's handle of a process that runs {@link ChaosWorker}. */
final class ChaosProcess {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  private final int node;
  private final long number;
  private final Process process;
  private final BufferedWriter orders;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private volatile long incarnation;

  private ChaosProcess(int node, long number, Process process) {
    this.node = node;
    this.number = number;
    this.process = process;
    orders = new BufferedWriter(process.outputWriter(UTF_8));
    Thread.ofPlatform().daemon().name("output of n" + node).start(this::read);
  }

  static ChaosProcess start(
      int node, long number, List<String> prefix, Map<String, String> settings, Path log)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx384m",
            "-XX:MaxDirectMemorySize=1g"));
    settings.forEach((name, value) -> command.add("-Dchaos." + name + "=" + value));
    command.add("-Dchaos.node=" + node);
    command.add("-Dchaos.process=" + number);
    command.add("-cp");
    command.add(absolute(System.getProperty("java.class.path")));
    command.add(ChaosWorker.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(each -> each.startsWith("FARREF_"));
    environment.put("FARREF_SAME_HOST", "tcp");
    environment.putAll(environment(settings));
    return new ChaosProcess(node, number, builder.start());
  }

  private static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    String timeout = settings.get("sessionTimeout");
    if (timeout != null) {
      environment.put("FARREF_SESSION_TIMEOUT", timeout);
    }
    return environment;
  }

  private static String absolute(String classPath) {
    List<String> entries = new ArrayList<>();
    for (String each : classPath.split(File.pathSeparator)) {
      entries.add(Path.of(each).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.add(line);
        if (line.startsWith("JOINED ")) {
          incarnation = Long.parseLong(line.substring("JOINED ".length()));
        } else if (line.startsWith("FAULT ")) {
          faults.add(this + ": " + ToolThread.inLines(line.substring("FAULT ".length())));
        } else if (line.startsWith("UNJOINED ")) {
          violations.add(
              this
                  + " could not join again: "
                  + ToolThread.inLines(line.substring("UNJOINED ".length())));
        } else {
          answers.add(line);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      said.add("(the rest of the output is lost: " + e + ")");
    }
  }

  int node() {
    return node;
  }

  long number() {
    return number;
  }

  /** The incarnation that it reports now; 0 before it has joined. */
  long incarnation() {
    return incarnation;
  }

  /** The threads of the tool that died in it, with their stack traces. */
  List<String> faults() {
    return faults;
  }

  /** What it says itself that the library did wrong. */
  List<String> violations() {
    return violations;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a command and returns the answer without its first word; null if none comes. */
  @Nullable String ask(String order, String answer) throws IOException, InterruptedException {
    orders.write(order);
    orders.newLine();
    orders.flush();
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      String line = answers.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null) {
        return null;
      }
      if (line.startsWith(answer)) {
        return line.substring(answer.length()).strip();
      }
    }
  }

  void tell(String order) throws IOException {
    orders.write(order);
    orders.newLine();
    orders.flush();
  }

  void signal(String name) throws IOException {
    Command.run("kill", "-" + name, Long.toString(process.pid()));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Its exit code, -1 if it does not end in time. */
  int awaitExit(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
  }

  @Override
  public String toString() {
    return "n" + node + " (process " + number + ", pid " + process.pid() + ")";
  }
}
