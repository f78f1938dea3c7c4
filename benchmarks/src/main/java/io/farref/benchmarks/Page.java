package io.farref.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Markdown page with sections that are generated, each between two marks. */
final class Page {
  private Page() {}

  /**
   * Replaces a section in the first page that has its marks.
   *
   * @throws IllegalArgumentException if no page has them
   */
  static void replaceIn(List<Path> pages, String section, String content) throws IOException {
    for (Path page : pages) {
      String text = Files.readString(page);
      if (text.contains(mark(section))) {
        Files.writeString(page, replace(text, section, content));
        return;
      }
    }
    throw new IllegalArgumentException("none of " + pages + " has the mark " + mark(section));
  }

  private static String mark(String section) {
    return "<!-- benchmark:" + section + " -->";
  }

  /**
   * The page with other content between {@code <!-- benchmark:NAME -->} and {@code <!-- end -->}.
   *
   * @throws IllegalArgumentException if the page has no such marks
   */
  static String replace(String page, String section, String content) {
    String mark = mark(section);
    Pattern between =
        Pattern.compile("(?s)" + Pattern.quote(mark) + ".*?" + Pattern.quote("<!-- end -->"));
    Matcher matcher = between.matcher(page);
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          "the page has no section between " + mark + " and <!-- end -->");
    }
    return matcher.replaceFirst(
        Matcher.quoteReplacement(mark + "\n" + content.strip() + "\n<!-- end -->"));
  }
}
