package io.farref.tests.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the system. */
final class Command {
  private Command() {}

  /** Runs one and returns what it prints; fails if it does. */
  static String run(String... words) throws IOException {
    return feed("", words);
  }

  /** Runs one that reads what it is given. */
  static String feed(String input, String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (!process.waitFor(Ground.COMMAND.toSeconds(), TimeUnit.SECONDS)) {
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
