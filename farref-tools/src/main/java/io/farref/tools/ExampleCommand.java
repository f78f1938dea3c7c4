package io.farref.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code farref example}: one of the examples as a job, or the list of them. */
@Command(name = "example", description = "Runs one of the examples; without a name, lists them.")
final class ExampleCommand implements Callable<Integer> {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Which example.")
  private @Nullable String name;

  @Parameters(index = "1..*", paramLabel = "ARGS", description = "Its arguments.")
  private List<String> args = new ArrayList<>();

  private final Terminal terminal;

  ExampleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, Programs.Example> examples = Programs.examples();
    if (name == null) {
      examples.values().forEach(this::describe);
      return 0;
    }
    Programs.Example example = examples.get(name);
    if (example == null) {
      terminal.notice(
          "there is no example %s; there are %s"
              .formatted(name, String.join(", ", examples.keySet())));
      return 2;
    }
    Job.Builder job =
        Job.builder().mainClass(example.mainClass()).workers(example.workers()).args(args);
    return RunCommand.run(job, terminal, "w", example.workers());
  }

  private void describe(Programs.Example example) {
    terminal.out().printf("%-16s %s%n", example.name(), example.description());
  }
}
