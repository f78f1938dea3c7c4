package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules for every Markdown file: line lengths, links, and that the index knows it. */
class PagesTest {
  private static final int LONGEST_LINE = 100;
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\">");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  /** The lines of a page; those of code and of generated tables are empty. */
  private static List<String> prose(Path page) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean code = false;
    boolean generated = false;
    for (String line : Files.readAllLines(page)) {
      boolean fence = line.strip().startsWith("```");
      lines.add(code || generated || fence || line.startsWith("    ") ? "" : line);
      code ^= fence;
      generated = line.startsWith("<!-- benchmark:") || generated && !line.startsWith("<!-- end");
    }
    return lines;
  }

  private static String name(Path file) {
    return Pages.ROOT.relativize(file).toString();
  }

  @Test
  void proseIsWrappedAtAHundredColumns() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path page : Pages.markdown()) {
      List<String> lines = prose(page);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        boolean free = line.strip().startsWith("|") || line.startsWith("<!--") || isOneWord(line);
        if (!free && line.codePointCount(0, line.length()) > LONGEST_LINE) {
          tooLong.add(name(page) + ":" + (i + 1) + " has " + line.length() + " characters");
        }
      }
    }
    assertThat(tooLong).as("lines of more than 100 columns, tables and code excepted").isEmpty();
  }

  /** A long link cannot be broken. */
  private static boolean isOneWord(String line) {
    String text = line.strip().replaceFirst("^(?:[-*>]|\\d+\\.) ", "");
    return LINK.matcher(text).replaceAll("").indexOf(' ') < 0;
  }

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    Map<Path, Set<String>> anchors = new HashMap<>();
    for (Path page : Pages.markdown()) {
      String text = CODE.matcher(String.join("\n", prose(page))).replaceAll("");
      for (var link : LINK.matcher(text).results().toList()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue; // another site
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
          dead.add(name(page) + ": " + target);
        } else if (parts.length == 2) {
          if (!anchors.containsKey(file)) {
            anchors.put(file, anchors(file));
          }
          if (!anchors.getOrDefault(file, Set.of()).contains(parts[1])) {
            dead.add(name(page) + ": " + target + " (no such heading)");
          }
        }
      }
    }
    assertThat(dead).as("links that lead nowhere").isEmpty();
  }

  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new HashSet<>();
    for (String line : prose(page)) {
      if (line.startsWith("#")) {
        String heading = line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT);
        String anchor = heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        String unique = anchor;
        for (int i = 1; !anchors.add(unique); i++) {
          unique = anchor + "-" + i;
        }
      }
      ANCHOR.matcher(line).results().forEach(id -> anchors.add(id.group(1)));
    }
    return anchors;
  }

  @Test
  void theIndexOfTheDocsLinksEveryPage() throws IOException {
    String index = Pages.read("docs/README.md");
    for (Path page : Pages.files(Pages.ROOT.resolve("docs"), file -> true)) {
      String file = page.getFileName().toString();
      if (!file.equals("README.md")) {
        assertThat(index).as("docs/README.md").contains("](" + file + ")");
      }
    }
  }
}
