package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.Worker;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/settings.md has every setting that the code has, and no other. */
class SettingsPageTest {
  private static final String PAGE = "docs/settings.md";
  private static final List<String> MODULES =
      List.of("farref-core", "farref-testkit", "farref-tools", "examples");
  private static final Pattern STRING = Pattern.compile("\"([^\"\\\\\\n]*)\"");
  private static final Pattern VARIABLE = Pattern.compile("\\bFARREF_[A-Z_]*[A-Z]\\b");
  private static final Pattern PROPERTY =
      Pattern.compile("(?:getProperty|getBoolean|getInteger|getLong)\\(\\s*\"([^\"]+)\"");

  /** Properties that are not settings of Farref: the JDK's own properties. */
  private static final Set<String> OF_THE_JDK =
      Set.of("os.arch", "os.name", "java.class.path", "java.home");

  @Test
  void everyMethodOfTheBuilderHasARow() throws IOException {
    Set<String> methods =
        Arrays.stream(Worker.Builder.class.getMethods())
            .map(Method::getName)
            .filter(name -> !name.equals("join"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(Pages.firstCells(PAGE, "## Worker.Builder")).isEqualTo(methods);
  }

  @Test
  void everyLimitHasARowWithItsDefault() throws Exception {
    List<List<String>> rows = Pages.table(PAGE, "## Limits");
    RecordComponent[] limits = Limits.class.getRecordComponents();
    assertThat(rows).hasSameSizeAs(limits);
    for (int i = 0; i < limits.length; i++) {
      assertThat(rows.get(i).get(0)).isEqualTo("`" + limits[i].getName() + "`");
      long value = ((Number) limits[i].getAccessor().invoke(Limits.DEFAULT)).longValue();
      assertThat(rows.get(i).get(1)).as(limits[i].getName()).isEqualTo("%,d".formatted(value));
    }
  }

  @Test
  void everyEnvironmentVariableHasARow() throws IOException {
    Set<String> variables =
        new TreeSet<>(Set.of("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "NO_COLOR"));
    inStrings(
        text -> VARIABLE.matcher(text).results().forEach(found -> variables.add(found.group())));
    assertThat(Pages.firstCells(PAGE, "## Environment variables")).isEqualTo(variables);
  }

  @Test
  void everySystemPropertyHasARow() throws IOException {
    Set<String> properties = new TreeSet<>();
    for (Path file : sources()) {
      PROPERTY
          .matcher(Files.readString(file))
          .results()
          .map(found -> found.group(1))
          .filter(name -> !OF_THE_JDK.contains(name))
          .forEach(properties::add);
    }
    inStrings(
        text -> {
          if (text.matches("farref\\.(?:[a-z]+[A-Z]\\w*|terminal)")) {
            properties.add(text);
          }
        });
    assertThat(Pages.firstCells(PAGE, "## System properties")).isEqualTo(properties);
  }

  private static void inStrings(Consumer<String> each) throws IOException {
    for (Path file : sources()) {
      STRING.matcher(Files.readString(file)).results().map(found -> found.group(1)).forEach(each);
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : MODULES) {
      Path main = Pages.ROOT.resolve(module).resolve("src/main/java");
      files.addAll(Pages.files(main, file -> file.toString().endsWith(".java")));
    }
    assertThat(files).isNotEmpty();
    return files;
  }
}
