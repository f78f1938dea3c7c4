package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/security.md names the tests of each promise. */
class SecurityPageTest {
  private static final String PAGE = "docs/security.md";
  private static final Pattern PROMISE = Pattern.compile("(?m)^- \\*\\*(.+?)[.,]?\\*\\*");
  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+Test)`");

  @Test
  void everyPromiseHasARow() throws IOException {
    String promises = String.join("\n", Pages.section(PAGE, "## 3. What is promised"));
    assertThat(PROMISE.matcher(promises).results().map(found -> found.group(1)).toList())
        .isNotEmpty()
        .isSubsetOf(rows().stream().map(row -> row.get(0)).toList());
  }

  @Test
  void everyRowNamesTestsThatExist() throws IOException {
    List<String> tests =
        Pages.files(Pages.ROOT, file -> file.toString().endsWith("Test.java")).stream()
            .map(Path::getFileName)
            .map(name -> name.toString().replace(".java", ""))
            .toList();
    for (List<String> row : rows()) {
      List<String> named =
          TEST_NAME.matcher(row.get(1)).results().map(found -> found.group(1)).toList();
      assertThat(named).as(row.get(0)).isNotEmpty().isSubsetOf(tests);
    }
  }

  private static List<List<String>> rows() throws IOException {
    return Pages.table(PAGE, "## 10. How it is tested").stream()
        .filter(row -> !row.get(1).equals("tests") && !row.get(1).startsWith("---"))
        .toList();
  }
}
