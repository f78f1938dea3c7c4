package io.farref.tools;

import io.farref.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code farref run}: a job whose output goes to the terminal. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts workers on this machine, all with the same main class, and ends them all when one"
          + " fails.",
      "",
      "Each finds its name, its rank, the number of workers and the rendezvous in its"
          + " environment, where Worker.join() looks for them. The exit code is that of the worker"
          + " that failed first, 128 + n if signal n killed it. Workers have no standard input.%n"
    })
final class RunCommand implements Callable<Integer> {
  @Option(
      names = {"-n", "--workers"},
      paramLabel = "N",
      defaultValue = "1",
      description = "How many workers; ${DEFAULT-VALUE} unless given.")
  private int workers;

  @Option(
      names = "--name-prefix",
      paramLabel = "PREFIX",
      defaultValue = "w",
      description = "Names are this and the rank: w0, w1, ...")
  private String namePrefix = "w";

  @Option(
      names = {"-cp", "--class-path"},
      paramLabel = "PATH",
      description = "Where the workers find their classes, before Farref's own.")
  private @Nullable String classPath;

  @Option(
      names = "--restarts",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Start all workers again when one fails, at most so often; FARREF_RESTART tells them"
              + " which time it is.")
  private int restarts;

  @Option(
      names = "--jvm-arg",
      paramLabel = "ARG",
      description = "An argument for the workers' JVMs, such as -Xmx1g. Repeatable.")
  private List<String> jvmArgs = new ArrayList<>();

  @Option(
      names = "--env",
      paramLabel = "K=V",
      description = "An environment variable for the workers. Repeatable.")
  private Map<String, String> environment = new LinkedHashMap<>();

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long a worker may take to end before it is killed; ${DEFAULT-VALUE}.")
  private int graceSeconds;

  @Option(names = "--no-color", description = "Print without colours.")
  private boolean noColor;

  @Parameters(index = "0", paramLabel = "MAIN-CLASS", description = "The class to run.")
  private String mainClass = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ARGS",
      description = "Its arguments; all that follows the class is.")
  private List<String> args = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  private final Terminal terminal;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    Job.Builder builder =
        Job.builder()
            .mainClass(mainClass)
            .args(args)
            .workers(workers)
            .namePrefix(namePrefix)
            .jvmArgs(jvmArgs.toArray(String[]::new))
            .restarts(restarts)
            .grace(Duration.ofSeconds(graceSeconds));
    if (classPath != null) {
      String core = ClassPaths.locationOf(Worker.class).toString();
      builder.classPath(ClassPaths.join(classPath, core));
    }
    environment.forEach(builder::env);
    try {
      return run(builder, noColor ? terminal.withoutColors() : terminal, namePrefix, workers);
    } catch (IOException e) {
      throw new CommandException("The workers cannot be started: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      if (spec == null) {
        throw e;
      }
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * Runs a job in the foreground: shows its output here and passes signals on to it; returns its
   * exit code.
   */
  static int run(Job.Builder builder, Terminal terminal, String namePrefix, int workers)
      throws IOException, InterruptedException {
    int nameWidth = (namePrefix + Math.max(0, workers - 1)).length();
    builder.output(line -> terminal.line(line, nameWidth)).notices(terminal::notice);
    try (Job job = builder.start();
        Signals signals = Signals.forwardTo(job)) {
      Job.Outcome outcome = job.waitFor();
      summarize(outcome, signals, terminal);
      return outcome.exitCode();
    }
  }

  private static void summarize(Job.Outcome outcome, Signals signals, Terminal terminal) {
    String elapsed =
        String.format(Locale.ROOT, "after %.1f s", outcome.elapsed().toMillis() / 1000.0)
            + (outcome.restarts() == 0 ? "" : " and " + outcome.restarts() + " restarts");
    int count = outcome.exits().size();
    if (outcome.exitCode() == 0) {
      terminal.notice((count == 1 ? "1 worker" : count + " workers") + " finished " + elapsed);
      return;
    }
    for (Job.Exit exit : outcome.exits()) {
      if (!outcome.failure().equals(Optional.of(exit))) {
        terminal.notice("  " + exit + (exit.onRequest() ? " after it was told to end" : ""));
      }
    }
    String why =
        outcome
            .failure()
            .map(failure -> "failed " + elapsed + ": " + failure)
            .orElse(
                "stopped "
                    + elapsed
                    + signals.received().map(signal -> " by SIG" + signal).orElse(""));
    terminal.notice(why);
  }
}
