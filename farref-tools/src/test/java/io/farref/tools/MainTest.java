package io.farref.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final StringWriter usage = new StringWriter();

  @Test
  void runPrefixesEveryLineByItsWorker() {
    int code = farref(false, "run", "-n", "2", "--name-prefix", "node", show(), "x");

    assertThat(code).isZero();
    assertThat(out.toString(UTF_8)).contains("node0 | arg [x]\n").contains("node1 | arg [x]\n");
    assertThat(err.toString(UTF_8)).matches("farref: 2 workers finished after \\d+\\.\\d s\\n");
  }

  @Test
  void runColoursByWorkerUnlessToldOtherwise() {
    assertThat(farref(true, "run", show())).isZero();
    assertThat(out.toString(UTF_8)).contains("\033[36mw0 |\033[0m env {");

    out.reset();
    assertThat(farref(true, "run", "--no-color", show())).isZero();
    assertThat(out.toString(UTF_8)).contains("w0 | env {").doesNotContain("\033");
  }

  @Test
  void everythingBehindTheMainClassIsTheProgramsOwn() {
    String[] args = {"-n", "7", "--help", "--", "@x", "", "a=b", "--", "\"q\""};
    String[] line = new String[args.length + 2];
    line[0] = "run";
    line[1] = show();
    System.arraycopy(args, 0, line, 2, args.length);

    assertThat(farref(false, line)).isZero();

    assertThat(out.toString(UTF_8).lines().filter(text -> text.startsWith("w0 | arg")))
        .containsExactlyElementsOf(
            List.of(args).stream().map(arg -> "w0 | arg [" + arg + "]").toList());
  }

  @Test
  void runPassesEnvironmentAndJvmArguments() {
    assertThat(
            farref(
                false,
                "run",
                "--env",
                "FARREF_X=a=b",
                "--jvm-arg",
                "-Dshown=it",
                "--jvm-arg=-ea",
                show()))
        .isZero();
    assertThat(out.toString(UTF_8)).contains("FARREF_X=a=b").contains("property it");
  }

  @Test
  void ownClassPathComesBeforeFarrefs() {
    int code = farref(false, "run", "-cp", System.getProperty("java.class.path"), show(), "found");
    assertThat(code).isZero();
    assertThat(out.toString(UTF_8)).contains("arg [found]");
  }

  @Test
  void runFailsAsItsFirstWorkerAndSaysWhy() {
    int code = farref(false, "run", "-n", "2", TestMains.ExitIfRank.class.getName(), "1", "5");

    assertThat(code).isEqualTo(5);
    assertThat(err.toString(UTF_8))
        .containsPattern(
            "farref: worker w1 \\(rank 1, pid \\d+\\) exited with code 5; ending the other\\n")
        .containsPattern("farref: failed after .* s: worker w1 .* exited with code 5\\n")
        .containsPattern("farref:   worker w0 .* \\(SIGTERM\\) after it was told to end\\n");
  }

  @Test
  void signalsReachTheWorkers() throws Exception {
    Process farref =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "-n",
                "2",
                TestMains.ExitIfRank.class.getName(),
                "none",
                "0")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(farref.getInputStream(), UTF_8))) {
      assertThat(lines.readLine()).endsWith("| ready");
      assertThat(lines.readLine()).endsWith("| ready");

      farref.toHandle().destroy();

      assertThat(lines.lines())
          .anySatisfy(
              line -> assertThat(line).startsWith("farref: stopped after").endsWith("by SIGTERM"))
          .anySatisfy(line -> assertThat(line).contains("worker w0").contains("told to end"))
          .anySatisfy(line -> assertThat(line).contains("worker w1").contains("told to end"));
      assertThat(farref.waitFor()).isEqualTo(143);
    } finally {
      farref.destroyForcibly();
    }
  }

  @Test
  void wrongSettingsAreExplainedWithTheUsage() {
    assertThat(farref(false, "run", "-n", "0", show())).isEqualTo(2);
    assertThat(usage.toString())
        .startsWith("a job needs one worker at least, not 0")
        .contains("Usage: farref run");
  }

  @Test
  void unknownExampleIsNamed() {
    assertThat(farref(false, "example", "nonsense", "--with", "options")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("there is no example nonsense");
  }

  @Test
  void demoIsExplainedWhereItIsMissing() {
    assertThat(farref(false, "demo", "--input", "x")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .startsWith("farref: io.farref.examples.index.Demo is not on the class path");
  }

  @Test
  void helpAndVersionAreThere() {
    assertThat(farref(false, "--help")).isZero();
    assertThat(usage.toString()).contains("run").contains("demo").contains("example");
    assertThat(farref(false, "--version")).isZero();
    assertThat(usage.toString()).contains("on Java " + Runtime.version());
  }

  private static String show() {
    return TestMains.Show.class.getName();
  }

  private int farref(boolean colors, String... args) {
    PrintWriter writer = new PrintWriter(usage, true);
    CommandLine line =
        Main.commandLine(
            new Terminal(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), colors));
    return line.setOut(writer).setErr(writer).execute(args);
  }
}
