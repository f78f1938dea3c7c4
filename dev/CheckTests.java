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
 * Fails if a test of this build was skipped, disabled or aborted by an assumption: {@code
 * CheckTests BUILD_STARTED TARGET_DIRECTORY}. Reports of earlier builds do not count.
 */
final class CheckTests {
  private CheckTests() {}

  static void main(String[] args) throws Exception {
    Instant started = Instant.parse(args[0]);
    List<String> skipped = new ArrayList<>();
    for (String reports : List.of("surefire-reports", "failsafe-reports")) {
      Path directory = Path.of(args[1], reports);
      if (Files.isDirectory(directory)) {
        collect(directory, started, skipped);
      }
    }
    if (!skipped.isEmpty()) {
      System.err.println("Tests that did not run, and every test must:");
      skipped.forEach(test -> System.err.println("  " + test));
      System.exit(1);
    }
  }

  private static void collect(Path directory, Instant started, List<String> skipped)
      throws Exception {
    try (DirectoryStream<Path> reports = Files.newDirectoryStream(directory, "TEST-*.xml")) {
      for (Path report : reports) {
        if (!isBefore(report, started)) {
          collect(report, skipped);
        }
      }
    }
  }

  private static boolean isBefore(Path report, Instant started) throws IOException {
    return Files.getLastModifiedTime(report).toInstant().isBefore(started);
  }

  private static void collect(Path report, List<String> skipped) throws Exception {
    var cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("testcase");
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
