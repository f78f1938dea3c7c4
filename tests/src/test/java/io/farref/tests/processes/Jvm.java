package io.farref.tests.processes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that runs {@link Member}. */
final class Jvm implements AutoCloseable {
  private static final int KILLED = 128 + 9;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> said = new CopyOnWriteArrayList<>();

  private Jvm(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::read);
  }

  /**
   * Starts a process with these variables and no other variable of Farref or torchrun, except the
   * one that chooses the transport of the whole test run.
   */
  static Jvm start(Map<String, String> environment, Path... firstOnClassPath) throws IOException {
    return start(environment, List.of(), firstOnClassPath);
  }

  /** The same with options of the JVM. */
  static Jvm start(Map<String, String> environment, List<String> options, Path... firstOnClassPath)
      throws IOException {
    StringBuilder classPath = new StringBuilder();
    for (Path each : firstOnClassPath) {
      classPath.append(each).append(File.pathSeparator);
    }
    classPath.append(System.getProperty("java.class.path"));
    return start(environment, List.of(), classPath.toString(), options);
  }

  /**
   * Starts a process as {@link #start(Map, Path...)} does.
   *
   * @param before what stands before the command that starts Java
   * @param options further options for Java
   */
  static Jvm start(
      Map<String, String> environment, List<String> before, String classPath, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=3g")); // the default is the size of the heap
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, Member.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> actual = builder.environment();
    actual.keySet().removeIf(Jvm::describesAGroup);
    actual.putAll(environment);
    return new Jvm(builder.start());
  }

  private static boolean describesAGroup(String variable) {
    return (variable.startsWith("FARREF_") && !variable.equals("FARREF_SAME_HOST"))
        || variable.startsWith("MASTER_")
        || List.of("RANK", "WORLD_SIZE").contains(variable);
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.add(line);
        if (line.startsWith("JOINED ") || line.startsWith("FAILED ") || line.equals("LEFT")) {
          lines.add(line);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      said.add("(the rest of the output is lost: " + e + ")");
    }
  }

  /** The next result that it reports: of joining, or of leaving. */
  String result() throws InterruptedException {
    String line = lines.poll(90, TimeUnit.SECONDS);
    assertThat(line).as("what the process has to say, after %s", said).isNotNull();
    return line;
  }

  /** All lines that it has printed. */
  List<String> said() {
    return said;
  }

  long pid() {
    return process.pid();
  }

  /** Kills it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(KILLED);
  }

  /** Sends it a signal. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits until it has ended; returns its exit code. */
  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("ended, after %s", said).isTrue();
    return process.exitValue();
  }

  /** Tells it to leave. */
  void leave() throws IOException {
    process.getOutputStream().close();
  }

  /** Kills it if it still runs. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
