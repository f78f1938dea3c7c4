package io.farref.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code farref demo}: the demonstration, which starts its own workers. */
@Command(
    name = "demo",
    description = "Builds and searches an index of the JDK's own sources over 4 JVMs.")
final class DemoCommand implements Callable<Integer> {
  private static final String DEMO = "io.farref.examples.index.Demo";

  @Parameters(paramLabel = "ARGS", description = "Its own options and queries; try demo --help.")
  private List<String> args = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Programs.main(DEMO, args);
    return 0;
  }
}
