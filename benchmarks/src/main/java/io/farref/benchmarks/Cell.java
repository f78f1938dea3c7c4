package io.farref.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One contender in one round: a fresh server, a fresh client which does the workloads, and the end
 * of both.
 *
 * @param contender the system that is measured
 * @param workloads what, by name
 * @param scale how long everything takes, 1 for a measurement that counts
 * @param classPath of both JVMs
 * @param flags of the server's JVM and of the client's
 */
record Cell(
    Contender contender, List<String> workloads, double scale, String classPath, Flags flags) {

  /** The options of the two JVMs. */
  record Flags(List<String> server, List<String> client) {
    static final Flags SAME = new Flags(Jvm.FLAGS, Jvm.FLAGS);
  }

  private static final int STOP_SECONDS = 10;

  /** Longer than anything takes, at any scale; at scale 1 another time as long. */
  private static final int LONGEST_SECONDS = 150;

  /**
   * Runs it, and hands over the lines that have values.
   *
   * @throws UnavailableException if the contender cannot run here
   */
  void run(Consumer<String> lines) throws Exception {
    Process server = start(flags.server, "server", contender.name());
    try {
      String address = await(server, Side.READY);
      Process client =
          start(
              flags.client,
              "client",
              contender.name(),
              address,
              String.valueOf(server.pid()),
              String.valueOf(scale),
              String.join(",", workloads));
      Future<?> deadline = deadline(client);
      try {
        relay(client, lines);
      } finally {
        deadline.cancel(false);
        stop(client);
      }
    } finally {
      stop(server);
    }
  }

  private Process start(List<String> jvmFlags, String... args)
      throws IOException, UnavailableException {
    List<String> own = contender.command();
    if (own.isEmpty()) {
      return launch(Jvm.command(jvmFlags, classPath, Side.class, args));
    }
    List<String> command = new ArrayList<>(own);
    command.addAll(List.of(args));
    try {
      return launch(command);
    } catch (IOException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  private Process launch(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(contender.environment());
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The rest of the first line that begins so. */
  static String await(Process process, String beginning) throws IOException {
    BufferedReader reader = process.inputReader();
    for (String line; (line = reader.readLine()) != null; ) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
    throw new IOException("a process ended before it said \"" + beginning + "\"; see its errors");
  }

  /**
   * A contender that hangs must not hold up the others: its client is ended, which the reader sees.
   */
  private Future<?> deadline(Process client) {
    long seconds = LONGEST_SECONDS + (long) (LONGEST_SECONDS * scale);
    return CompletableFuture.runAsync(
        client::destroyForcibly, CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS));
  }

  private void relay(Process client, Consumer<String> lines)
      throws IOException, UnavailableException {
    BufferedReader reader = client.inputReader();
    for (String line; (line = reader.readLine()) != null; ) {
      if (line.startsWith(Side.UNAVAILABLE)) {
        throw new UnavailableException(line.substring(Side.UNAVAILABLE.length()));
      } else if (line.startsWith(Measuring.VALUE)) {
        lines.accept(line);
      } else if (line.equals(Side.DONE)) {
        return;
      }
    }
    throw new IOException("the client of " + contender.name() + " failed or hung; see its errors");
  }

  /** Lets a process end by itself, since its standard input ends, else makes it. */
  static void stop(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
