package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A class or test that a page names in code exists. */
class NamesTest {
  /** Pages that name the classes of other systems beside ours. */
  private static final Set<String> OF_OTHERS =
      Set.of("docs/from-torch.md", "docs/from-rmi.md", "docs/performance-notes.md", "LICENSE");

  /** A class in code: several words in one, or followed by a method of it. */
  private static final Pattern NAME =
      Pattern.compile("`(?:[a-z]\\w*\\.)*([A-Z][a-z0-9]+[A-Z]\\w*)(?:\\.\\w+)*(?:\\([^`]*\\))?`");

  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");

  /** Packages of the JDK in which a name may be found. */
  private static final List<String> JDK =
      List.of(
          "java.io.",
          "java.lang.",
          "java.lang.ref.",
          "java.lang.reflect.",
          "java.lang.foreign.",
          "java.net.",
          "java.nio.",
          "java.nio.channels.",
          "java.security.",
          "java.time.",
          "java.util.",
          "java.util.concurrent.",
          "java.util.concurrent.locks.",
          "java.util.concurrent.atomic.",
          "javax.net.ssl.");

  @Test
  void everyClassThatAPageNamesExists() throws IOException {
    Set<String> known = new HashSet<>();
    for (Path file : Pages.files(Pages.ROOT, path -> path.toString().endsWith(".java"))) {
      DECLARED
          .matcher(Files.readString(file))
          .results()
          .map(declared -> declared.group(1))
          .forEach(known::add);
    }
    List<String> unknown = new ArrayList<>();
    for (Path page : Pages.markdown()) {
      String name = Pages.ROOT.relativize(page).toString();
      if (!OF_OTHERS.contains(name)) {
        NAME.matcher(Files.readString(page))
            .results()
            .map((MatchResult found) -> found.group(1))
            .filter(type -> !known.contains(type) && !isOfTheJdk(type))
            .forEach(type -> unknown.add(name + ": " + type));
      }
    }
    assertThat(unknown).as("classes that do not exist").isEmpty();
  }

  private static boolean isOfTheJdk(String type) {
    return JDK.stream().anyMatch(prefix -> exists(prefix + type));
  }

  private static boolean exists(String type) {
    try {
      Class.forName(type, false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
