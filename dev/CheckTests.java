import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Fails if a test of this build was skipped, disabled or aborted by an assumption, or if a module
 * that has code ran no test at all: {@code CheckTests BUILD_STARTED MODULE_DIRECTORY
 * TESTS_EXPECTED}. Reports of earlier builds do not count.
 */
final class CheckTests {
  private final Instant started;
  private final List<String> skipped = new ArrayList<>();
  private int count;

  private CheckTests(Instant started) {
    this.started = started;
  }

  static void main(String[] args) throws Exception {
    Instant started = Instant.parse(args[0]);
    Path module = Path.of(args[1]);
    boolean expected =
        Boolean.parseBoolean(args[2]) && Files.isDirectory(module.resolve("src/main"));
    CheckTests check = new CheckTests(started);
    for (String reports : List.of("surefire-reports", "failsafe-reports")) {
      Path directory = module.resolve("target").resolve(reports);
      if (Files.isDirectory(directory)) {
        check.collect(directory);
      }
    }
    if (expected && check.count == 0) {
      System.err.println("No test ran in " + module);
      System.exit(1);
    }
    if (!check.skipped.isEmpty()) {
      System.err.println("Tests that did not run, and every test must:");
      check.skipped.forEach(test -> System.err.println("  " + test));
      System.exit(1);
    }
  }

  private void collect(Path directory) throws Exception {
    try (DirectoryStream<Path> reports = Files.newDirectoryStream(directory, "TEST-*.xml")) {
      for (Path report : reports) {
        if (!isBefore(report, started)) {
          read(report);
        }
      }
    }
  }

  private static boolean isBefore(Path report, Instant started) throws IOException {
    return Files.getLastModifiedTime(report).toInstant().isBefore(started);
  }

  private void read(Path report) throws Exception {
    var cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("testcase");
    count += cases.getLength();
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      var reasons = test.getElementsByTagName("skipped");
      if (reasons.getLength() > 0) {
        String reason = ((Element) reasons.item(0)).getAttribute("message");
        skipped.add(
            test.getAttribute("classname")
                + "."
                + test.getAttribute("name")
                + (reason.isEmpty() ? "" : ": " + reason));
      }
    }
  }
}
