package io.farref.tools;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** The {@code farref} command. */
@Command(
    name = "farref",
    description = "Remote references for the JVM: starts groups of workers on this machine.",
    subcommands = {RunCommand.class, DemoCommand.class, ExampleCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {
  private Main() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine(Terminal.standard()).execute(args));
  }

  static CommandLine commandLine(Terminal terminal) {
    CommandLine line =
        new CommandLine(new Main(), new Commands(terminal))
            // The arguments of the user's program are passed as they were typed.
            .setStopAtPositional(true)
            .setExpandAtFiles(false)
            .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, terminal))
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(terminal.colors() ? Ansi.ON : Ansi.OFF));
    line.getSubcommands()
        .forEach(
            (name, command) -> command.setUnmatchedOptionsArePositionalParams(!name.equals("run")));
    return line;
  }

  private static int report(Exception failure, Terminal terminal) throws Exception {
    if (failure instanceof CommandException) {
      terminal.notice(String.valueOf(failure.getMessage()));
      return 1;
    }
    throw failure;
  }

  /** Makes the commands, which share one terminal. */
  private record Commands(Terminal terminal) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == RunCommand.class) {
        return type.cast(new RunCommand(terminal));
      } else if (type == ExampleCommand.class) {
        return type.cast(new ExampleCommand(terminal));
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  /** The output of {@code --version}. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "farref " + (version == null ? "(built from source)" : version),
        "on Java " + Runtime.version() + " at " + System.getProperty("java.home")
      };
    }
  }
}
