package io.farref.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.farref.Worker;
import io.farref.examples.guide.ReadmeProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** README.md and docs/guide.md show code that the tests run, and the output that it prints. */
@Timeout(120)
class GuideTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path TUTORIAL = ROOT.resolve("examples/tutorial");
  private static final Path SNIPPETS =
      ROOT.resolve("examples/src/test/java/io/farref/examples/guide");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  @TempDir Path rendezvous;

  @Test
  void everyJavaBlockIsARegionOfAFileThatTheTestsRun() throws IOException {
    Map<String, String> regions = new LinkedHashMap<>();
    for (Path directory : List.of(TUTORIAL, SNIPPETS)) {
      for (Path file : javaFiles(directory)) {
        collect(file, regions);
      }
    }
    List<String> blocks = new ArrayList<>(blocks("README.md", "java"));
    blocks.addAll(blocks("docs/guide.md", "java"));
    for (String block : blocks) {
      if (!regions.containsValue(block)) {
        fail("a page shows a java block that is no region of a tested file:\n" + block);
      }
    }
    regions.values().removeAll(blocks);
    assertThat(regions.keySet()).as("regions that no page shows").isEmpty();
  }

  @Test
  void theTutorialsProcessesPrintTheOutputThatIsShown() throws Exception {
    List<String> shown = blocks("docs/guide.md", "text");
    assertThat(shown).as("the output of server, client and helper").hasSize(3);
    String rendezvous = "tcp://127.0.0.1:" + freePort();
    try (JavaProgram server = start("Server.java", rendezvous);
        JavaProgram helper = start("Helper.java", rendezvous);
        JavaProgram client = start("Client.java", rendezvous)) {
      List<String> lines = new ArrayList<>();
      BufferedReader output = client.lines();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("client: ")) { // not the log's lines
          lines.add(line);
        }
        if (line.contains("kill -9 ")) {
          kill(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)));
        }
      }
      assertThat(client.exitCode()).isZero();
      assertThat(withoutNumbers(lines)).isEqualTo(shown.get(1));
      assertThat(withoutNumbers(server.lines().readAllLines())).isEqualTo(shown.get(0));
      assertThat(withoutNumbers(helper.lines().readAllLines())).isEqualTo(shown.get(2));
      assertThat(helper.exitCode()).isZero();
    }
  }

  @Test
  void theProgramOfTheReadmeRuns() throws Exception {
    try (JavaProgram ps = member("ps");
        JavaProgram b = member("b");
        JavaProgram me = member("me")) {
      assertThat(me.output()).isEmpty();
      assertThat(List.of(me.exitCode(), ps.exitCode(), b.exitCode())).containsOnly(0);
    }
  }

  private JavaProgram member(String name) throws IOException {
    Map<String, String> environment =
        Map.of(
            "FARREF_NAME",
            name,
            "FARREF_WORLD_SIZE",
            "3",
            "FARREF_RENDEZVOUS",
            rendezvous.toUri().toString());
    return JavaProgram.start(
        rendezvous,
        System.getProperty("java.class.path"),
        List.of(ReadmeProgram.class.getName()),
        environment);
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).contains(true);
  }

  private static JavaProgram start(String file, String rendezvous) throws Exception {
    Path core = Path.of(Worker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String asShipped = "-Dfarref.sameHost=auto"; // whatever this run of the tests has chosen
    return JavaProgram.start(TUTORIAL, core.toString(), List.of(asShipped, file, rendezvous));
  }

  /** The guide shows 12345 for each process id. */
  private static String withoutNumbers(List<String> lines) {
    return String.join("\n", lines).replaceAll("(process|-9) \\d+", "$1 12345") + "\n";
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static List<String> blocks(String page, String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(ROOT.resolve(page)))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }

  private static List<Path> javaFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  /** What stands between {@code // region NAME} and {@code // endregion}, without indentation. */
  private static void collect(Path file, Map<String, String> regions) throws IOException {
    StringBuilder region = null;
    String name = "";
    for (String line : Files.readAllLines(file)) {
      if (line.strip().startsWith("// region ")) {
        name = file.getFileName() + ": " + line.strip().substring("// region ".length());
        region = new StringBuilder();
      } else if (line.strip().equals("// endregion")) {
        if (region == null) {
          throw new IllegalStateException(file + " ends a region that does not begin");
        }
        regions.put(name, region.toString().stripTrailing().stripIndent() + "\n");
        region = null;
      } else if (region != null) {
        region.append(line).append('\n');
      }
    }
    if (region != null) {
      throw new IllegalStateException(file + " does not end " + name);
    }
  }
}
