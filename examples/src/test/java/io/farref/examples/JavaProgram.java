package io.farref.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program in a JVM of its own, with nothing on standard input. */
final class JavaProgram implements AutoCloseable {
  private final Process process;

  private JavaProgram(Process process) {
    this.process = process;
  }

  /** Runs {@code java -cp CLASS-PATH ARGUMENTS} in a directory. */
  static JavaProgram start(Path directory, String classPath, List<String> arguments)
      throws IOException {
    return start(directory, classPath, arguments, Map.of());
  }

  /** The same with further environment variables. */
  static JavaProgram start(
      Path directory, String classPath, List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new JavaProgram(process);
  }

  /** Everything that it prints until it ends. */
  String output() throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Its output, line by line. */
  BufferedReader lines() {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
