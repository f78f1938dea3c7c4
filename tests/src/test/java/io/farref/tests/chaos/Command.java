package io.farref.tests.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs system commands. */
final class Command {
  private Command() {}

  /** Runs a command and returns its output; throws if the command fails. */
  static String run(String... words) throws IOException {
    return feed("", words);
  }

  /** Runs a command with the given input. */
  static String feed(String input, String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (!process.waitFor(ChaosNetwork.COMMAND.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(List.of(words) + " does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(List.of(words) + " was interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", words) + ": " + output);
    }
    return output;
  }
}
