package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.wire.Frame;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/threats.md has a row for everything that a worker reads, and each row names its tests. */
class ThreatsPageTest {
  private static final String PAGE = "docs/threats.md";
  private static final String PROTOCOL = "docs/protocol.md";
  private static final Pattern CODE_NAME = Pattern.compile("`([^`]+)`");
  private static final List<String> SECTIONS =
      List.of(
          "## 2. The handshake",
          "## 3. Sessions",
          "## 4. Frames",
          "## 5. Messages about references",
          "## 6. Values",
          "## 7. Values of the library",
          "## 8. The rendezvous store");

  /** The names of the numbers that a class, which other packages may not use, gives to kinds. */
  private static Set<String> constants(String type, Class<?> of, Predicate<String> isKind)
      throws ClassNotFoundException {
    return Arrays.stream(Class.forName(type).getDeclaredFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == of)
        .map(Field::getName)
        .filter(isKind)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> rows(String... sections) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String each : sections) {
      names.addAll(Pages.firstCells(PAGE, each));
    }
    return names;
  }

  @Test
  void everyKindOfFrameHasARow() throws Exception {
    assertThat(rows("## 2. The handshake", "## 4. Frames"))
        .isEqualTo(constants(Frame.class.getName(), byte.class, name -> true));
  }

  @Test
  void everyPartOfASegmentHasARow() throws IOException {
    assertThat(rows("## 3. Sessions"))
        .isEqualTo(
            firstCellsOfProtocol("| head | meaning |")
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyMessageAboutReferencesHasARow() throws Exception {
    assertThat(rows("## 5. Messages about references"))
        .isEqualTo(
            constants("io.farref.ref.lifetime.ControlMessage$Kind", int.class, name -> true));
  }

  @Test
  void everyTagHasARow() throws Exception {
    assertThat(rows("## 6. Values"))
        .isEqualTo(constants("io.farref.codec.Tags", int.class, name -> true));
  }

  /** The names on the page of the protocol are those of the code: see WireNamesDocTest. */
  @Test
  void everyWireNameHasARow() throws IOException {
    assertThat(rows("## 7. Values of the library"))
        .isEqualTo(
            firstCellsOfProtocol("| wire name | type | its values |")
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyRequestToTheStoreAndEveryAnswerHasARow() throws Exception {
    assertThat(rows("## 8. The rendezvous store"))
        .isEqualTo(
            constants(
                "io.farref.group.store.StoreProtocol",
                int.class,
                name -> !name.startsWith("MAX_")));
  }

  private static Stream<String> firstCellsOfProtocol(String head) throws IOException {
    return Pages.read(PROTOCOL)
        .lines()
        .dropWhile(line -> !line.equals(head))
        .takeWhile(line -> line.startsWith("|"))
        .skip(2)
        .map(row -> row.split("\\|", -1)[1].strip());
  }

  @Test
  void everyRowNamesTestsThatExist() throws IOException {
    Set<String> tests =
        Pages.files(Pages.ROOT, ThreatsPageTest::isTest).stream()
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .collect(Collectors.toSet());
    List<String> wrong = new ArrayList<>();
    for (String section : SECTIONS) {
      for (List<String> row : Pages.table(PAGE, section)) {
        List<String> named =
            CODE_NAME.matcher(row.getLast()).results().map(found -> found.group(1)).toList();
        boolean head = row.getLast().equals("sent forged by") || row.getLast().startsWith("---");
        if (!head && (named.isEmpty() || !tests.containsAll(named))) {
          wrong.add(row.getFirst() + ": " + named);
        }
      }
    }
    assertThat(wrong).as("rows without tests that exist").isEmpty();
  }

  private static boolean isTest(Path file) {
    String path = file.toString();
    return path.contains("/src/test/java/") && path.endsWith(".java");
  }
}
